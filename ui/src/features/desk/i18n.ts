const zh = {
  title: '工作台', question: '用户怎么样了，谁值得联系，做过的事有没有用？',
  help1: '数字取最近 30 天，与再往前的 30 天比较。「活跃」是做过任意行为的用户，去重计数；「新增」是首次行为落在这段时间的用户。', help2: '最后一天尚未结束，虚线表示。', help3: '活动的增量由随机留出的对照组得出，区间为 95%。',
  asOf: '数据截至 {{date}}，以下均以这一天为准。', range: '{{from}} 至 {{to}}',
  figure: { active: '活跃用户', fresh: '新增用户', orders: '订单', revenue: '收入' },
  up: '比前 30 天多 {{share}}', down: '比前 30 天少 {{share}}', same: '与前 30 天持平', noCompare: '前 30 天没有数据', lastDay: '最近一天 {{value}}', spark: '{{name}}，近 30 天逐日走势，合计 {{total}}',
  loop: '运营闭环', step: { collect: '收集', identify: '识别', sort: '分层', analyse: '分析', reach: '触达', measure: '度量' },
  stepText: { collect: '条事件', identify: '位用户', sort: '个分群', analyse: '漏斗、留存、趋势', reach: '个活动', measure: '人，活动带来的', measureNone: '还没有可读的结果' },
  analyseFigure: '提问', minute: '最近 1 分钟 {{count}}',
  segments: '分群', allSegments: '全部分群', noSegments: '把想联系的人存成分群，人数随数据实时变化。', newSegment: '新建分群', shareOf: '占全部用户 {{share}}', persons: '人数', share: '占比',
  campaigns: '近期活动', allCampaigns: '全部活动', noCampaigns: '给一个分群发一封信，随机留出一部分人作对照，就知道它有没有用。', newCampaign: '新建活动', sent: '已发送', lift: '转化增量', extra: '多带来',
  status: { draft: '草稿', sending: '发送中', paused: '已暂停', done: '已完成', cancelled: '已取消' },
  verdict: { gain: '有增量', loss: '有损失', no_clear_difference: '没有明显差别', too_small: '样本太小', unbalanced: '两组人数与设定不符' }, points: '{{value}} 个百分点', interval: '95% 区间 {{low}} 至 {{high}}', extraPersons: '{{count}} 人',
  next: '接下来', go: '去看看',
  suggestion: {
    connect: '接入第一个事件', connectText: '复制一段代码，几分钟后这里就有数字。', rejected: '有 {{count}} 条事件被拒收', rejectedText: '看看原因，修好后再发。', activeDown: '活跃用户下降 {{share}}%', activeDownText: '按平台、版本、城市拆开，找到是哪一块。', firstSegment: '建第一个分群', firstSegmentText: '例如「30 天内加购但没有支付」。', email: '配置邮件渠道', emailText: '填好 SMTP，发一封测试信。', firstCampaign: '发第一个活动', firstCampaignText: '选一个分群，留出 10% 作对照。', draft: '「{{name}}」还是草稿', draftText: '核对人数后就可以发送。', paused: '「{{name}}」已暂停', pausedText: '查看原因，决定继续还是取消。', moreData: '有活动样本太小，看不出结果', moreDataText: '扩大分群或延长观察期。', repeat: '有活动带来了增量', repeatText: '在 RFM 里找下一群值得做的人。', explore: '看看新用户留下来了吗', exploreText: '留存表按周看，先看第一周。',
  },
  emptyTitle: '还没有事件', emptyText: '接入一个事件，这里就会出现活跃、新增、订单与活动效果。', connect: '去接入',
}

const en: typeof zh = {
  title: 'Desk', question: 'How are the users, who is worth reaching, and did it work?',
  help1: 'Figures are of the last 30 days, compared with the 30 before. Active persons did anything at all, each counted once; new persons did their first thing ever in the range.', help2: 'The last day has not ended; its stretch is dashed.', help3: 'The lift of a campaign is against its random hold-out, with a 95% interval.',
  asOf: 'The data ends on {{date}}; everything below is as of that day.', range: '{{from}} to {{to}}',
  figure: { active: 'Active persons', fresh: 'New persons', orders: 'Orders', revenue: 'Revenue' },
  up: '{{share}} more than the 30 days before', down: '{{share}} fewer than the 30 days before', same: 'As in the 30 days before', noCompare: 'Nothing in the 30 days before', lastDay: 'Last day {{value}}', spark: '{{name}}, by day over 30 days, {{total}} in total',
  loop: 'The loop', step: { collect: 'Collect', identify: 'Identify', sort: 'Sort', analyse: 'Analyse', reach: 'Reach', measure: 'Measure' },
  stepText: { collect: 'events', identify: 'persons', sort: 'segments', analyse: 'funnel, retention, trend', reach: 'campaigns', measure: 'extra conversions', measureNone: 'nothing to read yet' },
  analyseFigure: 'Ask', minute: '{{count}} in the last minute',
  segments: 'Segments', allSegments: 'All segments', noSegments: 'Keep those you want to reach as a segment; its size follows the data.', newSegment: 'New segment', shareOf: '{{share}} of all persons', persons: 'Persons', share: 'Share',
  campaigns: 'Recent campaigns', allCampaigns: 'All campaigns', noCampaigns: 'Write to a segment, hold some persons out at random, and you know whether it worked.', newCampaign: 'New campaign', sent: 'Sent', lift: 'Lift', extra: 'Extra',
  status: { draft: 'Draft', sending: 'Sending', paused: 'Paused', done: 'Done', cancelled: 'Cancelled' },
  verdict: { gain: 'Gain', loss: 'Loss', no_clear_difference: 'No clear difference', too_small: 'Too small to tell', unbalanced: 'Arms out of balance' }, points: '{{value}} points', interval: '95% interval {{low}} to {{high}}', extraPersons: '{{count}} persons',
  next: 'What to do next', go: 'Go',
  suggestion: {
    connect: 'Send a first event', connectText: 'Copy a snippet; in a few minutes there are figures here.', rejected: '{{count}} events were refused', rejectedText: 'See why, mend it, send them again.', activeDown: 'Active persons are down {{share}}%', activeDownText: 'Break down by platform, version and city to find where.', firstSegment: 'Make a first segment', firstSegmentText: 'For example: added to cart in 30 days and did not pay.', email: 'Set up e-mail', emailText: 'Enter your SMTP server and send a test.', firstCampaign: 'Send a first campaign', firstCampaignText: 'Choose a segment and hold out 10%.', draft: '“{{name}}” is a draft', draftText: 'Check the count, then send it.', paused: '“{{name}}” is paused', pausedText: 'See why, then resume or cancel.', moreData: 'A campaign is too small to tell', moreDataText: 'Widen the segment or wait longer.', repeat: 'A campaign brought a gain', repeatText: 'Find the next group worth it in RFM.', explore: 'See whether new persons stay', exploreText: 'Retention by week; look at the first one.',
  },
  emptyTitle: 'No events yet', emptyText: 'Send one event, and active persons, new persons, orders and campaigns appear here.', connect: 'Connect',
}

export default { zh, en }
