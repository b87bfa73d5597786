const zh = {
  title: '用户', question: '有哪些用户？他们是谁，最近做了什么？',
  help1: '一位用户可以有多个标识：匿名访问、登录账号、邮箱等。识别为同一个人后，全部历史都算在这一位用户名下。',
  help2: '搜索会匹配任一标识和文本属性；筛选可以按属性、标签、分群和行为组合。',
  search: '搜索标识、姓名、邮箱或其他属性', filter: '筛选', filterTitle: '筛选用户', filterActive: '筛选：{{sentence}}', clearFilter: '清除筛选', apply: '应用筛选', saveSegment: '存为分群',
  columns: '列', columnsTitle: '选择要显示的属性', firstSeen: '首次出现', lastSeen: '最近出现', events: '事件数', person: '用户', list: '用户列表',
  empty: '还没有用户', emptyText: '第一个事件到来后，用户会出现在这里。', connect: '去接入',
  noMatch: '没有符合的用户', noMatchText: '换一个词，或放宽筛选条件。', clear: '清空搜索和筛选', total_other: '共 {{count}} 位用户',
  unnamed: '匿名用户', notFound: '没有这位用户', backToList: '回到用户列表',
  tags: '标签', tagsEmpty: '还没有标签。标签来自 RFM、分群、行为偏好，也可以手动添加。', addTag: '添加标签', addTagPlaceholder: '输入后回车', removeTag: '移除标签 {{tag}}',
  categories: { value: '价值', segment: '分群', own: '手动', preference: '偏好', behaviour: '行为', behavior: '行为', demographic: '属性', fact: '属性', risk: '风险', other: '其他' },
  segmentsTitle: '所在分群', noSegments: '不在任何分群中', facts: '概况', fact: { active_days: '活跃天数', activities: '行为次数', sessions: '会话数', top_events: '最常做的事' }, ids: '{{count}} 个标识',
  tabs: { timeline: '时间线', properties: '属性', identities: '标识', messages: '触达' },
  timeline: { names: '按事件筛选', search: '在已加载的事件中搜索', more: '加载更早的事件', end: '没有更早的事件了', empty: '没有事件', emptyText: '换一个事件名试试。', expand: '展开 {{name}} 的属性', collapse: '收起 {{name}} 的属性', noProperties: '没有属性', count_other: '已加载 {{count}} 条' },
  messagesEmpty: '没有触达记录', messagesEmptyText: '活动发给这位用户后，发送、打开和点击会出现在这里。',
  identity: { id: '标识', kind: '类型', known: '登录标识', anonymous: '匿名标识', joined: '关联时间', cause: '依据' },
  property: '属性', value: '值', propertiesEmpty: '没有属性', propertiesEmptyText: '用 identify 发送用户属性，或在导入时映射到用户属性。', propertySearch: '搜索属性',
}

const en: typeof zh = {
  title: 'Persons', question: 'Who are the users, and what did they do lately?',
  help1: 'One person can have several ids: an anonymous visit, an account, an e-mail. Once they are known to be one, all of history counts as one person.',
  help2: 'Search looks at every id and every text property. The filter combines properties, tags, segments and behaviour.',
  search: 'Search ids, names, e-mails or other properties', filter: 'Filter', filterTitle: 'Filter persons', filterActive: 'Filter: {{sentence}}', clearFilter: 'Clear the filter', apply: 'Apply', saveSegment: 'Save as segment',
  columns: 'Columns', columnsTitle: 'Properties to show', firstSeen: 'First seen', lastSeen: 'Last seen', events: 'Events', person: 'Person', list: 'Persons',
  empty: 'No persons yet', emptyText: 'They appear here with the first event.', connect: 'Connect',
  noMatch: 'Nobody matches', noMatchText: 'Try another word, or widen the filter.', clear: 'Clear search and filter', total_other: '{{count}} persons',
  unnamed: 'Anonymous', notFound: 'No such person', backToList: 'Back to persons',
  tags: 'Tags', tagsEmpty: 'No tags yet. They come from RFM, segments and habits, or are added by hand.', addTag: 'Add a tag', addTagPlaceholder: 'Type and press Enter', removeTag: 'Remove tag {{tag}}',
  categories: { value: 'Value', segment: 'Segment', own: 'By hand', preference: 'Preference', behaviour: 'Behaviour', behavior: 'Behaviour', demographic: 'Trait', fact: 'Trait', risk: 'Risk', other: 'Other' },
  segmentsTitle: 'Segments', noSegments: 'In no segment', facts: 'At a glance', fact: { active_days: 'Active days', activities: 'Activities', sessions: 'Sessions', top_events: 'Most often' }, ids: '{{count}} ids',
  tabs: { timeline: 'Timeline', properties: 'Properties', identities: 'Identities', messages: 'Messages' },
  timeline: { names: 'Filter by event', search: 'Search the events loaded', more: 'Load earlier events', end: 'Nothing earlier', empty: 'No events', emptyText: 'Try another event name.', expand: 'Show properties of {{name}}', collapse: 'Hide properties of {{name}}', noProperties: 'No properties', count_other: '{{count}} loaded' },
  messagesEmpty: 'No messages', messagesEmptyText: 'When a campaign reaches this person, what was sent, opened and clicked appears here.',
  identity: { id: 'Id', kind: 'Kind', known: 'Known', anonymous: 'Anonymous', joined: 'Joined', cause: 'Because of' },
  property: 'Property', value: 'Value', propertiesEmpty: 'No properties', propertiesEmptyText: 'Send them with identify, or map columns to them in an import.', propertySearch: 'Search properties',
}

export default { zh, en }
