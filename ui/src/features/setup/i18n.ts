const zh = {
  title: '开始使用 Weir', lead: '先建一个所有者账号和第一个项目，约一分钟。',
  you: '你的账号', first: '第一个项目',
  name: '姓名', namePlaceholder: '同事看到的名字', email: '邮箱', password: '密码', passwordHint: '至少 8 位。',
  projectName: '项目名称', projectPlaceholder: '例如：商城 App', timezone: '时区', timezoneHint: '所有「天」「周」「月」都按这个时区划分。', currency: '货币',
  submit: '创建并接入数据', nameRequired: '请填写项目名称', emailInvalid: '请填写有效的邮箱', passwordShort: '密码至少 8 位', timezoneRequired: '请选择时区',
  already: '这里已经有所有者了。', signIn: '去登录',
  newTitle: '新建项目', newLead: '一个项目就是一池用户：有自己的事件、用户和密钥。', create: '创建项目', back: '返回',
  next: '接下来', stepConnect: '接入', stepConnectText: '复制一段代码，看着第一个事件到来', stepAsk: '提问', stepAskText: '漏斗、留存、趋势，几次点击', stepReach: '触达', stepReachText: '从流失的人里建分群，发一封信，看增量',
  onlyOwner: '只有所有者能新建项目。',
}

const en: typeof zh = {
  title: 'Start with Weir', lead: 'Make the owner’s account and a first project. It takes a minute.',
  you: 'Your account', first: 'First project',
  name: 'Name', namePlaceholder: 'As your colleagues know you', email: 'E-mail', password: 'Password', passwordHint: 'At least 8 characters.',
  projectName: 'Project name', projectPlaceholder: 'For example: Shop app', timezone: 'Time zone', timezoneHint: 'Every day, week and month is cut in this zone.', currency: 'Currency',
  submit: 'Create and connect data', nameRequired: 'Give the project a name', emailInvalid: 'Enter a valid e-mail', passwordShort: 'At least 8 characters', timezoneRequired: 'Choose a time zone',
  already: 'There is an owner already.', signIn: 'Sign in',
  newTitle: 'New project', newLead: 'A project is one pool of users, with its own events, persons and keys.', create: 'Create the project', back: 'Back',
  next: 'What comes next', stepConnect: 'Connect', stepConnectText: 'copy a snippet and watch the first event arrive', stepAsk: 'Ask', stepAskText: 'funnel, retention and trend in a few clicks', stepReach: 'Reach', stepReachText: 'turn those who left into a segment, write to them, see what it changed',
  onlyOwner: 'Only an owner can make projects.',
}

export default { zh, en }
