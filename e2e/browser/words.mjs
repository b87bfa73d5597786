// The words on screen that the loop looks for, in both languages.

export const words = {
  zh: {
    setup: { email: '邮箱', password: '密码', project: '项目名称', submit: '创建并接入数据' },
    arrived: '到了', seeFunnel: '在漏斗里看它',
    step: (n) => `第 ${n} 步`, addStep: '添加步骤', saveDropped: /^保存为分群：第 3 步/,
    segment: { name: '分群名称', save: '保存', saved: /已保存/ },
    champions: '重要价值',
    email: { host: 'SMTP 主机', port: '端口', security: '加密', none: '不加密', from: '地址', save: '保存', saved: '已保存' },
    campaign: {
      create: '新建活动', name: '活动名称', segment: '分群', subject: '邮件主题', body: '正文（HTML / Liquid）', holdout: '对照组比例',
      setGoal: '设一个目标', goal: '希望用户做什么', value: '金额属性（选填）', days: '进入活动后多少天内算数',
      send: /(^| )发送$/, confirm: /^发给 .* 人$/, done: '已完成', extra: /多带来 .* 人，95% 置信区间/, money: /多带来 .*，95% 置信区间/,
    },
  },
  en: {
    setup: { email: 'E-mail', password: 'Password', project: 'Project name', submit: 'Create and connect data' },
    arrived: 'It is here', seeFunnel: 'See it in a funnel',
    step: (n) => `Step ${n}`, addStep: 'Add step', saveDropped: /^Save as segment: who dropped off before step 3/,
    segment: { name: 'Name', save: 'Save', saved: /saved/ },
    champions: /Champions/i,
    email: { host: 'SMTP host', port: 'Port', security: 'Encryption', none: 'None', from: 'Address', save: 'Save', saved: 'Saved' },
    campaign: {
      create: 'New campaign', name: 'Name', segment: 'Segment', subject: 'Subject', body: 'Body (HTML / Liquid)', holdout: 'Hold-out',
      setGoal: 'Set a goal', goal: 'What people should do', value: 'Property with the money (optional)', days: 'Days after entering in which it counts',
      send: /(^| )Send$/, confirm: /^Send to .* persons$/, done: 'Done', extra: /extra persons, 95% interval/, money: /extra, 95% interval/,
    },
  },
}
