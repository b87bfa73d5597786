const zh = {
  title: '设置', question: '项目、权限、渠道和你自己的账号。', sections: '设置分区',
  section: { project: '项目', accounts: '账号与权限', tokens: 'API 令牌', email: '邮件渠道', suppressions: '退订与屏蔽', account: '我的账号' },
  readOnly: '你可以查看，但只有所有者能修改。',
  saved: '已保存', deleted: '已删除', required: '必填', actions: '操作',
  project: {
    title: '项目', name: '名称', zone: '时区', zoneHelp: '所有「天」「周」「月」都按它划分。修改后，历史数据的划分也随之改变。', weekStart: '一周从', monday: '周一', sunday: '周日', saturday: '周六',
    currency: '货币', currencyHelp: '只影响显示，不做换算。', key: '写入密钥', keyHelp: '只能写入事件，不能读取，可以放进客户端。', newKey: '更换密钥', newKeyConfirm: '更换后旧密钥立即失效，仍在使用它的 SDK 将收不进数据。', newKeyDone: '已换成新的密钥', id: '项目 ID', create: '新建项目', nameRequired: '请填写名称',
  },
  accounts: {
    title: '账号与权限', text: '所有者管理一切；编辑者可以建分群、发活动；查看者只能看。', add: '添加账号', edit: '修改账号', email: '邮箱', name: '姓名', role: '角色', password: '初始密码', newPassword: '新密码', newPasswordHelp: '留空则不改。', created: '加入时间', you: '你',
    remove: '删除账号', removeConfirm: '删除 {{name}}？此人将立即退出，已建的分群和活动保留。', emailInvalid: '请填写有效的邮箱', passwordShort: '至少 8 位', empty: '还没有其他账号', search: '搜索姓名或邮箱', sendPassword: '请自行把初始密码交给对方。',
  },
  tokens: {
    title: 'API 令牌', text: '脚本和服务用它调用接口。令牌属于项目，权限由角色决定。', add: '新建令牌', name: '用途', namePlaceholder: '例如：每日报表脚本', role: '角色', hint: '末尾', created: '创建', used: '最近使用', never: '从未', once: '令牌只显示这一次，请立即保存。', onceTitle: '新令牌',
    remove: '吊销', removeConfirm: '吊销「{{name}}」？使用它的脚本会立即失效。', empty: '还没有令牌', emptyText: '给脚本或服务建一个令牌，就能用接口查询和管理。', search: '搜索用途', done: '我已保存', nameRequired: '请说明用途',
  },
  email: {
    title: '邮件渠道', text: '活动邮件经由你的 SMTP 服务器发出。', server: '服务器', host: 'SMTP 主机', hostPlaceholder: 'smtp.example.com', port: '端口', security: '加密', none: '不加密', starttls: 'STARTTLS（常用 587）', tls: 'TLS（常用 465）', username: '用户名', password: '密码', passwordKept: '已保存，留空则不改', passwordHint: '没有登录要求时留空。',
    sender: '发件人', fromName: '名称', fromAddress: '地址', fromHelp: '域名需配置 SPF 与 DKIM，否则容易进垃圾箱。', replyTo: '回复地址', replyToHelp: '留空则回复到发件地址。', rate: '每分钟最多', rateHelp: '封。按服务商的限制填写，0 为不限。', publicUrl: '公开地址', publicUrlHelp: '收件人能访问到的本服务地址；退订、打开与点击链接都用它。', publicUrlInvalid: '请填写以 http:// 或 https:// 开头的地址',
    test: '发送测试', testTo: '收件地址', testText: '用表单里的设置发一封测试邮件，不必先保存。', testSend: '发送', testOk: '已被服务器接收。请到 {{to}} 查收，也看看垃圾箱。', testFailed: '没有发出去', insecure: '不加密会让密码和内容明文传输，只适合本机或内网。', emailInvalid: '请填写有效的邮箱', hostRequired: '请填写主机', unsaved: '有未保存的修改', checks: '可以检查：', checkHost: '主机名与端口是否正确，本机能否连到它', checkSecurity: '加密方式是否与端口相配：465 用 TLS，587 用 STARTTLS', checkLogin: '用户名和密码是否正确；很多邮箱要用「授权码」而不是登录密码', checkFrom: '发件地址是否属于这个账号',
  },
  suppressions: {
    title: '退订与屏蔽', text: '这里的地址不会再收到任何活动邮件。退订和硬退信会自动加入。', add: '屏蔽地址', address: '邮箱地址', reason: '原因', added: '加入时间', search: '搜索地址', remove: '移出', removeConfirm: '移出 {{address}}？之后的活动又会发给它。退订者请先征得同意。', empty: '没有被屏蔽的地址', emptyText: '有人退订，或邮件被对方服务器永久拒收时，会出现在这里。', unsubscribed: '退订', bounced: '退信', manual: '手工',
  },
  account: {
    title: '我的账号', profile: '资料', name: '姓名', email: '邮箱', role: '角色', language: '语言', theme: '主题', light: '浅色', dark: '深色', system: '跟随系统', looks: '界面', password: '修改密码', current: '当前密码', next: '新密码', repeat: '再输一次', mismatch: '两次输入不一致', short: '至少 8 位', change: '修改密码', changed: '密码已修改，其他设备需要重新登录', wrong: '当前密码不对。', signOut: '退出登录',
  },
}

const en: typeof zh = {
  title: 'Settings', question: 'The project, who may do what, channels, and your own account.', sections: 'Sections of the settings',
  section: { project: 'Project', accounts: 'Accounts and roles', tokens: 'API tokens', email: 'E-mail channel', suppressions: 'Suppressions', account: 'My account' },
  readOnly: 'You can look; only an owner can change this.',
  saved: 'Saved', deleted: 'Deleted', required: 'Required', actions: 'Actions',
  project: {
    title: 'Project', name: 'Name', zone: 'Time zone', zoneHelp: 'Every day, week and month is cut by it. A change also moves the cuts of past data.', weekStart: 'Weeks start on', monday: 'Monday', sunday: 'Sunday', saturday: 'Saturday',
    currency: 'Currency', currencyHelp: 'For display only; nothing is converted.', key: 'Write key', keyHelp: 'It can only write events, never read, so it may be shipped in an app.', newKey: 'Replace the key', newKeyConfirm: 'The old key stops at once; SDKs that still use it will not get their events in.', newKeyDone: 'There is a new key', id: 'Project id', create: 'New project', nameRequired: 'Give it a name',
  },
  accounts: {
    title: 'Accounts and roles', text: 'Owners manage everything; editors make segments and send campaigns; viewers look.', add: 'Add an account', edit: 'Change the account', email: 'E-mail', name: 'Name', role: 'Role', password: 'First password', newPassword: 'New password', newPasswordHelp: 'Leave empty to keep it.', created: 'Joined', you: 'you',
    remove: 'Delete the account', removeConfirm: 'Delete {{name}}? They are signed out at once; their segments and campaigns stay.', emailInvalid: 'Enter a valid e-mail', passwordShort: 'At least 8 characters', empty: 'No other accounts yet', search: 'Search name or e-mail', sendPassword: 'Hand them the first password yourself.',
  },
  tokens: {
    title: 'API tokens', text: 'Scripts and services call the API with them. A token belongs to the project; its role says what it may do.', add: 'New token', name: 'Purpose', namePlaceholder: 'For example: daily report script', role: 'Role', hint: 'Ends in', created: 'Created', used: 'Last used', never: 'Never', once: 'The token is shown this once. Keep it now.', onceTitle: 'New token',
    remove: 'Revoke', removeConfirm: 'Revoke “{{name}}”? Scripts that use it stop working at once.', empty: 'No tokens yet', emptyText: 'Make a token for a script or a service, and it can ask and manage through the API.', search: 'Search purpose', done: 'I have kept it', nameRequired: 'Say what it is for',
  },
  email: {
    title: 'E-mail channel', text: 'Campaigns go out through your SMTP server.', server: 'Server', host: 'SMTP host', hostPlaceholder: 'smtp.example.com', port: 'Port', security: 'Encryption', none: 'None', starttls: 'STARTTLS (mostly 587)', tls: 'TLS (mostly 465)', username: 'User name', password: 'Password', passwordKept: 'Kept; leave empty to keep it', passwordHint: 'Leave empty if the server asks for none.',
    sender: 'Sender', fromName: 'Name', fromAddress: 'Address', fromHelp: 'Without SPF and DKIM on the domain, mail tends to land in spam.', replyTo: 'Reply to', replyToHelp: 'Empty: replies go to the sender’s address.', rate: 'At most per minute', rateHelp: 'messages. As your provider allows; 0 is no limit.', publicUrl: 'Public address', publicUrlHelp: 'Where recipients can reach this service; unsubscribe, open and click links use it.', publicUrlInvalid: 'Enter an address that starts with http:// or https://',
    test: 'Send a test', testTo: 'To', testText: 'Sends one test message with the settings in the form; no need to save first.', testSend: 'Send', testOk: 'The server took it. Look into {{to}}, and into its spam folder.', testFailed: 'It was not sent', insecure: 'Without encryption, password and content travel in the clear; only for this machine or a private network.', emailInvalid: 'Enter a valid e-mail', hostRequired: 'Enter the host', unsaved: 'Unsaved changes', checks: 'What to check:', checkHost: 'that host and port are right, and reachable from this machine', checkSecurity: 'that the encryption fits the port: TLS on 465, STARTTLS on 587', checkLogin: 'user name and password; many providers want an app password', checkFrom: 'that the sender’s address belongs to this account',
  },
  suppressions: {
    title: 'Suppressions', text: 'These addresses get no campaign mail any more. Unsubscribes and hard bounces are added by themselves.', add: 'Suppress an address', address: 'E-mail address', reason: 'Reason', added: 'Added', search: 'Search addresses', remove: 'Take off', removeConfirm: 'Take {{address}} off the list? Coming campaigns will reach it again. Ask those who unsubscribed first.', empty: 'No suppressed addresses', emptyText: 'Whoever unsubscribes, or whose server refuses mail for good, appears here.', unsubscribed: 'Unsubscribed', bounced: 'Bounced', manual: 'By hand',
  },
  account: {
    title: 'My account', profile: 'Profile', name: 'Name', email: 'E-mail', role: 'Role', language: 'Language', theme: 'Theme', light: 'Light', dark: 'Dark', system: 'System', looks: 'Looks', password: 'Change the password', current: 'Current password', next: 'New password', repeat: 'Once more', mismatch: 'The two do not match', short: 'At least 8 characters', change: 'Change the password', changed: 'Password changed; other devices sign in again', wrong: 'The current password is not right.', signOut: 'Sign out',
  },
}

export default { zh, en }
