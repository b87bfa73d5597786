const zh = {
  title: '接入数据', question: '把第一个事件送进来，看着它到达。',
  help1: '一个项目只有一把写入密钥，所有 SDK 与接口共用。它只能写入事件，不能读取数据，可以放进客户端。',
  help2: '返回成功即已落盘。同一 ID 重复发送只存一次。',
  step1: '写入密钥', step1Text: '下面的代码里已经填好。', step2: '选择一种方式，运行代码', step3: '等第一个事件',
  way: { curl: 'curl', node: 'Node.js', browser: '浏览器', native: '原生 API' },
  wayText: {
    curl: '在终端里粘贴即可，走 Segment 兼容接口。', node: 'Segment 官方 Node SDK，只改 host。', browser: 'Segment 官方浏览器 SDK，只改地址。', native: 'Weir 自己的接口：一次可带多条事件，并写用户属性。',
  },
  install: '先安装', code: '代码', docs: '完整接口文档', waiting: '正在等待…', waitingText: '运行上面的代码，事件会立刻出现在这里。', lost: '与服务器的连接断开，正在重连',
  already: '这个项目已收到 {{count, number}} 条事件，来自 {{persons, number}} 位用户。', sendTest: '发送两个测试事件', testSent: '测试事件已发送', testHint: '不想现在写代码？先发 test_started 与 test_finished 两个事件看看效果。',
  arrived: '到了', arrivedText: '来自 {{who}}，经由 {{protocol}}', arrivedCount: '已到达 {{count}} 条', seeFunnel: '在漏斗里看它', seePerson: '查看这位用户', seeLive: '实时事件', goDesk: '去工作台',
  rejectedTitle: '收到了，但有事件被拒收', rejectedText: '改好后重新发送即可，好的事件已经入库。', files: '已有历史数据？', filesText: '用命令行导入 CSV、JSON 或 Parquet，可断点续传，重复执行不会重复入库。',
}

const en: typeof zh = {
  title: 'Connect', question: 'Send a first event and watch it arrive.',
  help1: 'A project has one write key for all SDKs and interfaces. It can only write events, never read, so it may be shipped in an app.',
  help2: 'A success answer means that the events are on disk. An event sent twice under one id is stored once.',
  step1: 'Write key', step1Text: 'It is filled in below already.', step2: 'Choose a way and run it', step3: 'Wait for the first event',
  way: { curl: 'curl', node: 'Node.js', browser: 'Browser', native: 'Native API' },
  wayText: {
    curl: 'Paste it into a terminal. It speaks the Segment API.', node: 'Segment’s own Node SDK, with another host.', browser: 'Segment’s own browser SDK, with another address.', native: 'Weir’s own interface: many events at once, and the person’s properties.',
  },
  install: 'Install first', code: 'Code', docs: 'Full API documentation', waiting: 'Waiting…', waitingText: 'Run the code above; the event appears here at once.', lost: 'The connection to the server is lost, reconnecting',
  already: 'This project has {{count, number}} events from {{persons, number}} persons already.', sendTest: 'Send two test events', testSent: 'Test events sent', testHint: 'No code at hand? Send two events, test_started and test_finished, to see how it looks.',
  arrived: 'It is here', arrivedText: 'from {{who}}, by {{protocol}}', arrivedCount: '{{count}} have arrived', seeFunnel: 'See it in a funnel', seePerson: 'See this person', seeLive: 'Live events', goDesk: 'Go to the desk',
  rejectedTitle: 'Something arrived, but was refused', rejectedText: 'Mend it and send it again; the good events are stored.', files: 'Have history?', filesText: 'Import CSV, JSON or Parquet from the command line; it resumes, and running it twice stores nothing twice.',
}

export default { zh, en }
