const zh = {
  title: '实时事件', question: '此刻有什么事件进来，哪些被拒收、为什么？',
  help1: '这里显示最近收到的 {{count}} 条，按收到的先后排列，不按发生时间。', help2: '「拒收」是格式不对的事件：同一批里的好事件照常入库，坏的那条连同原因显示在这里。', help3: '暂停只停住画面，不影响收数。',
  status: { connecting: '连接中', open: '实时', lost: '连接断开，正在重连' },
  pause: '暂停', resume: '继续', newWhilePaused: '继续（{{count}} 条新事件）',
  filter: '按事件、ID 或属性值筛选', show: '显示', all: '全部', events: '已接收', rejected: '拒收',
  figures: { total: '累计事件', persons: '累计用户', minute: '最近 1 分钟', rejected: '最近 1 小时拒收' },
  columns: { time: '收到', event: '事件', who: '用户', properties: '属性' },
  rejectedLabel: '拒收', via: '经由 {{protocol}}', happened: '发生于', received: '收到于', eventId: '事件 ID', distinctId: '标识', person: '用户', noProperties: '没有属性',
  seePerson: '查看用户', reasonAt: '第 {{index}} 条', waiting: '等待事件', waitingText: '新事件一到，就会出现在这里。还没有接入？几分钟就能看到第一条。', connect: '去接入',
  noMatch: '没有符合筛选的事件', noMatchText: '换一个词，或清空筛选。', clear: '清空筛选', more: '共 {{count}} 项属性',
  limit: {
    event: '事件属性超过 {{limit}} 个，之后的新属性不能用于分析', user: '用户属性超过 {{limit}} 个，之后的新属性不能用于分析',
    detail: '已有 {{values}} 个值只留在事件日志里，例如属性 {{names}}。常见原因是把 ID 或时间写进了属性名：把它改成属性的值，就不会再超。', comma: '、',
  },
}

const en: typeof zh = {
  title: 'Live events', question: 'What is coming in right now, what is refused, and why?',
  help1: 'The newest {{count}} lines, in the order in which they were received, not in which they happened.', help2: 'Rejected are events that could not be read: the good events of the same batch are stored, the bad one is shown here with its reason.', help3: 'Pausing stops the picture only; events are still taken in.',
  status: { connecting: 'Connecting', open: 'Live', lost: 'Connection lost, reconnecting' },
  pause: 'Pause', resume: 'Resume', newWhilePaused: 'Resume ({{count}} new)',
  filter: 'Filter by event, id or property value', show: 'Show', all: 'All', events: 'Accepted', rejected: 'Rejected',
  figures: { total: 'Events in total', persons: 'Persons in total', minute: 'Last minute', rejected: 'Rejected in the last hour' },
  columns: { time: 'Received', event: 'Event', who: 'Person', properties: 'Properties' },
  rejectedLabel: 'Rejected', via: 'by {{protocol}}', happened: 'Happened', received: 'Received', eventId: 'Event id', distinctId: 'Sent as', person: 'Person', noProperties: 'No properties',
  seePerson: 'See the person', reasonAt: 'No. {{index}}', waiting: 'Waiting for events', waitingText: 'New events appear here the moment they arrive. Nothing connected yet? The first one takes a few minutes.', connect: 'Connect',
  noMatch: 'No event fits the filter', noMatchText: 'Try another word, or clear the filter.', clear: 'Clear the filter', more: '{{count}} properties',
  limit: {
    event: 'Events have more than {{limit}} properties: newer ones cannot be analysed', user: 'Persons have more than {{limit}} properties: newer ones cannot be analysed',
    detail: '{{values}} values are in the event log alone, for example of {{names}}. Usually an id or a date is part of the property’s name: make it the value of a property instead.', comma: ', ',
  },
}

export default { zh, en }
