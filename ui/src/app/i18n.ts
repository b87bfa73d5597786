const zh = {
  skip: '跳到正文',
  nav: {
    label: '主导航', collapse: '收起导航', expand: '展开导航', openMenu: '打开导航',
    analyse: '分析', people: '用户', reach: '触达', data: '数据',
    desk: '工作台', trend: '事件', funnel: '漏斗', retention: '留存', persons: '用户', segments: '分群', rfm: 'RFM',
    campaigns: '活动', connect: '接入', live: '实时', settings: '设置',
  },
  project: { label: '项目', switch: '切换项目', create: '新建项目', demo: '演示' },
  palette: {
    open: '搜索与命令', title: '搜索与命令', placeholder: '搜索页面、分群、用户 ID 或操作', empty: '没有符合的结果', hint: '↑ ↓ 选择，Enter 打开，Esc 关闭',
    pages: '页面', segments: '分群', persons: '用户', actions: '操作', failed: '部分结果暂时取不到', results: '搜索结果',
  },
  do: {
    newSegment: '新建分群', newCampaign: '新建活动', newProject: '新建项目', switchLanguage: '切换到 English', light: '使用浅色主题', dark: '使用深色主题', system: '主题跟随系统',
    copyKey: '复制写入密钥', signOut: '退出登录', apiDocs: '打开 API 文档', account: '我的账号',
  },
  theme: { label: '主题', light: '浅色', dark: '深色', system: '跟随系统' },
  language: { label: '语言' },
  account: { label: '账号', settings: '我的账号', signOut: '退出登录' },
  keyCopied: '写入密钥已复制',
}

const en: typeof zh = {
  skip: 'Skip to content',
  nav: {
    label: 'Main navigation', collapse: 'Collapse navigation', expand: 'Expand navigation', openMenu: 'Open navigation',
    analyse: 'Analyse', people: 'People', reach: 'Reach', data: 'Data',
    desk: 'Desk', trend: 'Trend', funnel: 'Funnel', retention: 'Retention', persons: 'Persons', segments: 'Segments', rfm: 'RFM',
    campaigns: 'Campaigns', connect: 'Connect', live: 'Live', settings: 'Settings',
  },
  project: { label: 'Project', switch: 'Switch project', create: 'New project', demo: 'Demo' },
  palette: {
    open: 'Search and commands', title: 'Search and commands', placeholder: 'Search pages, segments, person ids or actions', empty: 'Nothing matches', hint: '↑ ↓ to choose, Enter to open, Esc to close',
    pages: 'Pages', segments: 'Segments', persons: 'Persons', actions: 'Actions', failed: 'Some results could not be fetched', results: 'Results',
  },
  do: {
    newSegment: 'New segment', newCampaign: 'New campaign', newProject: 'New project', switchLanguage: 'Switch to 中文', light: 'Use the light theme', dark: 'Use the dark theme', system: 'Follow the system’s theme',
    copyKey: 'Copy the write key', signOut: 'Sign out', apiDocs: 'Open the API documentation', account: 'My account',
  },
  theme: { label: 'Theme', light: 'Light', dark: 'Dark', system: 'System' },
  language: { label: 'Language' },
  account: { label: 'Account', settings: 'My account', signOut: 'Sign out' },
  keyCopied: 'Write key copied',
}

export default { zh, en }
