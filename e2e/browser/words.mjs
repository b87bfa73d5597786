// The words on screen that the scripts look for, in both languages.

export const words = {
  zh: {
    setup: { submit: '创建并接入数据', password: '密码', email: '邮箱', project: '项目名称' },
    arrived: '到了', step: (n) => `第 ${n} 步`, addStep: '添加步骤',
    saveDropped: /^保存为分群：第 3 步/, segmentName: '分群名称', save: '保存', saved: /已保存/,
    champions: '重要价值',
    email: { tab: /邮件/, host: 'SMTP 主机', port: '端口', security: '加密', none: '不加密', from: '地址' },
  },
  en: {
    setup: { submit: 'Create and connect data', password: 'Password', email: 'E-mail', project: 'Project name' },
    arrived: 'It is here', step: (n) => `Step ${n}`, addStep: 'Add a step',
    saveDropped: /^Save as segment: who dropped off before step 3/, segmentName: 'Name', save: 'Save', saved: /saved/,
    champions: /champion/i,
    email: { tab: /E-mail/, host: 'SMTP host', port: 'Port', security: 'Encryption', none: 'None', from: 'Address' },
  },
}
