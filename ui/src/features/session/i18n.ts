const zh = {
  title: '登录', lead: '欢迎回来。', email: '邮箱', password: '密码', submit: '登录',
  emailRequired: '请填写邮箱', passwordRequired: '请填写密码',
  wrong: '邮箱或密码不对。', tooMany: '尝试次数过多，请稍后再试。',
  forgot: '忘了密码？请项目所有者在「设置 › 账号」里重设，或在服务器上运行 weir user。',
  pitch: '看得清用户从哪来、在哪流失、为什么留下',
  collect: '收集', collectText: '现有 SDK 指过来即可', sort: '分层', sortText: '分群、标签与 RFM 实时更新', reach: '触达', reachText: '发给对的人，留一组对照', measure: '度量', measureText: '用对照组说清增量',
}

const en: typeof zh = {
  title: 'Sign in', lead: 'Welcome back.', email: 'E-mail', password: 'Password', submit: 'Sign in',
  emailRequired: 'Enter your e-mail', passwordRequired: 'Enter your password',
  wrong: 'The e-mail or the password is not right.', tooMany: 'Too many attempts. Try again a little later.',
  forgot: 'Forgot the password? An owner can set a new one in Settings › Accounts, or run weir user on the server.',
  pitch: 'See where users come from, where they leave, and why they stay',
  collect: 'Collect', collectText: 'point the SDKs you have at Weir', sort: 'Sort', sortText: 'segments, tags and RFM, live', reach: 'Reach', reachText: 'the right persons, with a hold-out', measure: 'Measure', measureText: 'what it changed, honestly',
}

export default { zh, en }
