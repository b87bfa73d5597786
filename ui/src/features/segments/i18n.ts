const zh = {
  title: '分群', question: '哪些用户值得放在一起看、一起触达？',
  help1: '分群是一条规则，不是一份名单：数据一到，符合规则的用户会在一秒内进出分群。',
  help2: '占比是分群人数除以项目的全部用户数。同一个人的多个标识只算一位用户。',
  help3: '来自分析结果的分群，保存的是那个问题和那一格；时间范围写成「最近 N 天」的，会每天往前移动。',
  list: '分群列表', search: '搜索名称、说明或条件', create: '新建分群',
  name: '名称', persons: '用户数', share: '占全部用户', definition: '规则', usedBy: '被谁使用', updated: '更新时间', unused: '未使用',
  empty: '还没有分群', emptyText: '分群把符合条件的用户归在一起，用来分析、对比和触达。先写一条规则试试。',
  noMatch: '没有符合的分群', noMatchText: '换一个词试试。', clear: '清空搜索',
  kinds: { campaign: '活动「{{name}}」', segment: '分群「{{name}}」', other: '「{{name}}」' },
  problem: '暂时算不出来：{{why}}', problemShort: '暂停更新',
  fromQuestion: '来自分析：{{sentence}}', fromAnswer: '来自一次分析的结果',
  cell: {
    trend: '「{{sentence}}」中的用户', bucket: '{{bucket}} 这一天（段）', step: '走到第 {{n}} 步', dropped: '没走到第 {{n}} 步', cohort: '{{cohort}} 开始的一批',
    returned: '第 {{n}} 期回来的', notReturned: '第 {{n}} 期没有回来的', joint: '，', whole: '{{cell}}（{{sentence}}）',
  },
  edit: {
    newTitle: '新建分群', title: '编辑分群', question: '写下规则，右侧立即看到会有多少人、是哪些人。', namePlaceholder: '例如：加购未支付', descriptionPlaceholder: '给同事的一句话（选填）',
    nameRequired: '请给分群起一个名称', rule: '规则', ruleRequired: '请至少写完一个条件', ruleOfQuestion: '这个分群来自一次分析的结果，规则不能在这里改写；可以改名称和说明。',
    unfinished: '还有 {{count}} 个条件没有写完，保存时会忽略它们。', save: '保存分群', create: '创建分群', saved: '分群「{{name}}」已保存，{{count, number}} 位用户',
  },
  estimate: {
    title: '预估', idle: '写完一个条件后，这里会显示人数和样例。', persons: '位用户', share: '占全部 {{total}} 位用户的 {{share}}', bar: '占全部用户的比例', sample: '样例', sampleHint: '最多十位，用来核对规则有没有写错。',
    nobody: '目前没有用户符合。放宽条件，或检查事件和属性的写法。', updating: '正在更新',
  },
  members: '分群里的用户', membersSearch: '搜索标识、姓名或属性', membersEmpty: '现在没有用户在这个分群里', membersEmptyText: '规则会一直生效：有用户符合时，会自动出现在这里。', membersNoMatch: '没有符合的用户',
  firstSeen: '首次出现', lastSeen: '最近出现', events: '事件数', person: '用户', email: '邮箱',
  startCampaign: '发起活动', more: '更多操作', delete: '删除分群', deleteTitle: '删除分群「{{name}}」？', deleteText: '规则会被删除，用户和他们的事件不受影响。', deleted: '分群「{{name}}」已删除',
  inUseTitle: '「{{name}}」正在被使用，不能删除', inUseText: '下面这些还要用到它。草稿和分群可以改用别的，发送过的活动会一直保留这份记录：', understood: '知道了', openInPersons: '在用户列表中查看',
  size: '当前人数', created: '创建于 {{time}}', notFound: '没有这个分群', backToList: '回到分群列表', uses: '使用情况', usesNone: '还没有活动或其他分群使用它。', live: '随数据自动更新',
}

const en: typeof zh = {
  title: 'Segments', question: 'Which persons belong together, to be looked at and reached?',
  help1: 'A segment is a rule, not a list: as data arrives, persons enter and leave within a second.',
  help2: 'The share is of all persons of the project. A person with several ids counts once.',
  help3: 'A segment made from an answer keeps that question and that cell. Where its range is “the last N days”, it moves on day by day.',
  list: 'Segments', search: 'Search names, descriptions or rules', create: 'New segment',
  name: 'Name', persons: 'Persons', share: 'Of everyone', definition: 'Rule', usedBy: 'Used by', updated: 'Updated', unused: 'Not used',
  empty: 'No segments yet', emptyText: 'A segment gathers the persons who meet a rule, to analyse, compare and reach them. Write a rule to begin.',
  noMatch: 'No segment matches', noMatchText: 'Try another word.', clear: 'Clear the search',
  kinds: { campaign: 'campaign “{{name}}”', segment: 'segment “{{name}}”', other: '“{{name}}”' },
  problem: 'It cannot be computed now: {{why}}', problemShort: 'Not updating',
  fromQuestion: 'From an analysis: {{sentence}}', fromAnswer: 'From an answer of an analysis',
  cell: {
    trend: 'Persons in “{{sentence}}”', bucket: 'on {{bucket}}', step: 'reached step {{n}}', dropped: 'did not reach step {{n}}', cohort: 'started on {{cohort}}',
    returned: 'came back in period {{n}}', notReturned: 'did not come back in period {{n}}', joint: ', ', whole: '{{cell}} ({{sentence}})',
  },
  edit: {
    newTitle: 'New segment', title: 'Edit segment', question: 'Write the rule; how many persons meet it, and who, appears beside it.', namePlaceholder: 'For example: added to cart, did not pay', descriptionPlaceholder: 'One sentence for your colleagues (optional)',
    nameRequired: 'Give the segment a name', rule: 'Rule', ruleRequired: 'Finish at least one condition', ruleOfQuestion: 'This segment comes from an answer of an analysis; its rule is not rewritten here. Name and description can change.',
    unfinished: 'Unfinished conditions, which will be left out: {{count}}', save: 'Save segment', create: 'Create segment', saved: 'Segment “{{name}}” saved; persons in it: {{count, number}}',
  },
  estimate: {
    title: 'Estimate', idle: 'Finish a condition, and the size and a sample appear here.', persons: 'persons', share: '{{share}} of all {{total}} persons', bar: 'Share of all persons', sample: 'A sample', sampleHint: 'Up to ten, to see whether the rule says what you mean.',
    nobody: 'Nobody meets this now. Widen the rule, or check how events and properties are spelt.', updating: 'Updating',
  },
  members: 'Persons in the segment', membersSearch: 'Search ids, names or properties', membersEmpty: 'Nobody is in this segment now', membersEmptyText: 'The rule stays in force: whoever meets it will appear here.', membersNoMatch: 'Nobody matches',
  firstSeen: 'First seen', lastSeen: 'Last seen', events: 'Events', person: 'Person', email: 'E-mail',
  startCampaign: 'Start a campaign', more: 'More actions', delete: 'Delete segment', deleteTitle: 'Delete segment “{{name}}”?', deleteText: 'The rule goes; the persons and their events stay.', deleted: 'Segment “{{name}}” deleted',
  inUseTitle: '“{{name}}” is in use and stays', inUseText: 'These need it. Drafts and segments can use another one; a campaign that was sent keeps it on record:', understood: 'Got it', openInPersons: 'See in persons',
  size: 'Size now', created: 'Created {{time}}', notFound: 'No such segment', backToList: 'Back to segments', uses: 'Used by', usesNone: 'No campaign and no other segment uses it yet.', live: 'Keeps itself up to date',
}

export default { zh, en }
