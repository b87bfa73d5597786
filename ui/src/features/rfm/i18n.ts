const zh = {
  title: 'RFM', question: '付费用户里，谁最有价值，谁正在离开？',
  help1: 'R 是距最近一次付费的天数，F 是付费次数，M 是付费金额，都只看回溯期内的付费。三个维度各分高低，得到八个分组。',
  help2: '代码依次是 R、F、M 的高（H）低（L）。最近付过费算 R 高，天数越少越高。',
  help3: '五分格里的 R 是按五等分打的分，FM 是 F 与 M 得分的平均，分数越高越好。',
  help4: '回溯期内没有付费的用户不参与评分，不属于任何分组。',
  asOf: '截至日期', today: '今天', backToday: '回到今天', settings: '设置', board: '八个分组', grid: '五分格', summary: '截至 {{date}}，{{persons}} 位用户在回溯的 {{days}} 天内付过费，合计 {{revenue}}；另有 {{others}} 位没有付费，不参与评分。',
  history: '这是 {{date}} 的情况。分群和触达按今天的分组进行，回到今天即可保存分群。',
  highMoney: '重要：付费金额高', lowMoney: '一般：付费金额低',
  names: { champions: '重要价值', potential: '重要发展', keep: '重要保持', win_back: '重要挽留', general_value: '一般价值', general_developing: '一般发展', general_keeping: '一般保持', general_win_back: '一般挽留' },
  what: {
    champions: '最近买过，买得多，花得多', potential: '最近买过，花得多，次数还少', keep: '买得多，花得多，最近没来', win_back: '花得多，次数少，很久没来',
    general_value: '最近买过，买得多，单价低', general_developing: '最近买过，次数和金额都少', general_keeping: '以前常买，金额低，最近没来', general_win_back: '次数少，金额低，很久没来',
  },
  strategy: {
    champions: '给专属权益和优先体验，请他们带新用户；不必打折。', potential: '用搭配推荐和会员权益提高购买频次。', keep: '尽快联系：新品、补货提醒或专人服务，问清没来的原因。', win_back: '用有时限的大额优惠召回，只对这一小群人花重预算。',
    general_value: '推荐更高价值的品类和套装，提高客单价。', general_developing: '用新手任务和小额券促成下一单，养成习惯。', general_keeping: '定期提醒和积分到期通知，低成本唤回。', general_win_back: '只做低成本触达，不必投入更多预算。',
  },
  persons: '用户', share: '占付费用户', revenue: '金额', revenueShare: '占金额', recency: '平均距今', frequency: '平均次数', monetary: '人均金额', days: '{{n}} 天', times: '{{n}} 次', strategyTitle: '建议', group: '分组', code: '代码',
  see: '查看用户', save: '存为分群', campaign: '发起活动', actions: '「{{name}}」的操作', drawerTitle: '{{name}}（{{code}}）', cellTitle: 'R {{r}} 分，FM {{fm}} 分', segmentName: 'RFM {{name}}',
  gridHelp: '方块越大，人越多；颜色越浓，金额越高。点击格子查看用户。', gridRow: 'R {{n}}', gridColumn: 'FM {{n}}', gridCell: 'R {{r}} 分、FM {{fm}} 分：{{persons}} 位用户，金额 {{revenue}}', gridCaption: '按 R 得分和 FM 得分划分的用户数与金额', recent: '最近', old: '很久以前', low: '少', high: '多', legendLow: '金额低', legendHigh: '金额高',
  thresholds: '分界', thresholdR: 'R {{sign}} {{value}} 天为高', thresholdF: 'F {{sign}} {{value}} 次为高', thresholdM: 'M {{sign}} {{value}} 为高',
  empty: '还没有可以评分的付费', emptyText: '选择代表付费的事件和金额属性，就能按最近、频次和金额给用户分组。', openSettings: '去设置', empty2Text: '在截至日期前的回溯期内没有付费。换一个日期，或调整设置。',
  form: {
    title: 'RFM 设置', event: '付费事件', value: '金额属性', days: '回溯天数', daysHint: '只看截至日期前这么多天内的付费。', recency: 'R 最近一次付费', frequency: 'F 付费次数', monetary: 'M 付费金额', method: '{{name}}：分高低的方法', threshold: '{{name}}：分界值', score: '{{name}}：从几分起算高',
    methods: { fixed: '固定值', mean: '平均值', median: '中位数', quintile: '五等分打分' }, unitR: '天以内为高', unitF: '次以上为高', unitM: '以上为高', scoreN: '{{n}} 分及以上为高',
    preview: '保存后会变成', now: '现在', after: '保存后', change: '变化', previewHint: '按截至日期 {{date}} 试算，还没有保存。', same: '设置没有变化', save: '保存设置', saved: '设置已保存，标签和分群会随之更新', incomplete: '先选择事件和金额属性', warn: '保存会改变所有用户的 RFM 标签，用到它的分群也会随之变化。', readOnly: '你的角色只能查看设置。',
  },
}

const en: typeof zh = {
  title: 'RFM', question: 'Of those who pay: who is worth most, and who is leaving?',
  help1: 'R is the days since the last payment, F the number of payments, M the money paid, all within the look-back. Each is high or low, which makes eight groups.',
  help2: 'A code gives R, F and M in this order, high (H) or low (L). Whoever paid lately has a high R: fewer days are better.',
  help3: 'In the grid R is a score by fifths, FM is the mean of the scores of F and M; higher is better.',
  help4: 'Persons without a payment in the look-back are not rated and belong to no group.',
  asOf: 'As of', today: 'Today', backToday: 'Back to today', settings: 'Settings', board: 'Eight groups', grid: 'Grid of five', summary: 'As of {{date}}, {{persons}} persons paid in the last {{days}} days, {{revenue}} in all; {{others}} paid nothing and are not rated.',
  history: 'This is how it was on {{date}}. Segments and campaigns use the groups of today; go back to today to save one.',
  highMoney: 'Important: much money', lowMoney: 'General: little money',
  names: { champions: 'Champions', potential: 'Potential', keep: 'To keep', win_back: 'To win back', general_value: 'General value', general_developing: 'General developing', general_keeping: 'General keeping', general_win_back: 'General win-back' },
  what: {
    champions: 'Paid lately, often and much', potential: 'Paid lately and much, not often', keep: 'Paid often and much, not lately', win_back: 'Paid much, seldom, long ago',
    general_value: 'Paid lately and often, small sums', general_developing: 'Paid lately, seldom and little', general_keeping: 'Paid often but little, not lately', general_win_back: 'Paid seldom, little, long ago',
  },
  strategy: {
    champions: 'Privileges and first access; ask them to bring friends. No discounts needed.', potential: 'Raise how often they buy with matching offers and membership.', keep: 'Get in touch soon: news, restocks or a personal word, and ask what keeps them away.', win_back: 'A large offer with an end date; a small group that is worth the budget.',
    general_value: 'Suggest dearer categories and bundles to raise the basket.', general_developing: 'Small vouchers and first tasks towards the next order.', general_keeping: 'Reminders and expiring points: cheap ways back.', general_win_back: 'Cheap messages only; no further budget.',
  },
  persons: 'Persons', share: 'Of payers', revenue: 'Money', revenueShare: 'Of money', recency: 'Days since', frequency: 'Payments', monetary: 'Per person', days: '{{n}} d', times: '{{n}}', strategyTitle: 'Suggestion', group: 'Group', code: 'Code',
  see: 'See the persons', save: 'Save as segment', campaign: 'Start a campaign', actions: 'Actions for “{{name}}”', drawerTitle: '{{name}} ({{code}})', cellTitle: 'R score {{r}}, FM score {{fm}}', segmentName: 'RFM {{name}}',
  gridHelp: 'The larger the square, the more persons; the stronger its colour, the more money. Press a cell to see the persons.', gridRow: 'R {{n}}', gridColumn: 'FM {{n}}', gridCell: 'R {{r}}, FM {{fm}}: {{persons}} persons, {{revenue}}', gridCaption: 'Persons and money by R score and FM score', recent: 'lately', old: 'long ago', low: 'little', high: 'much', legendLow: 'Little money', legendHigh: 'Much money',
  thresholds: 'Thresholds', thresholdR: 'R is high at {{sign}} {{value}} days', thresholdF: 'F is high at {{sign}} {{value}} payments', thresholdM: 'M is high at {{sign}} {{value}}',
  empty: 'No payments to rate yet', emptyText: 'Choose the event that is a payment and the property with the money, and persons are grouped by how lately, how often and how much.', openSettings: 'Open settings', empty2Text: 'There is no payment in the look-back before this day. Choose another day, or change the settings.',
  form: {
    title: 'RFM settings', event: 'Payment event', value: 'Property with the money', days: 'Look-back in days', daysHint: 'Only payments within so many days before the day looked at.', recency: 'R, last payment', frequency: 'F, payments', monetary: 'M, money', method: '{{name}}: how high and low are parted', threshold: '{{name}}: threshold', score: '{{name}}: lowest high score',
    methods: { fixed: 'Fixed', mean: 'Mean', median: 'Median', quintile: 'Score by fifths' }, unitR: 'days or fewer are high', unitF: 'or more are high', unitM: 'or more is high', scoreN: '{{n}} and above is high',
    preview: 'What saving changes', now: 'Now', after: 'After', change: 'Change', previewHint: 'Tried out as of {{date}}; nothing is saved yet.', same: 'The settings are as they were', save: 'Save settings', saved: 'Settings saved; tags and segments follow', incomplete: 'Choose the event and the property first', warn: 'Saving changes everybody’s RFM tag, and the segments that use it.', readOnly: 'Your role may only look at the settings.',
  },
}

export default { zh, en }
