// A mail to begin with: readable on phone and desktop, in light and dark, with
// everything a mail needs — a greeting that survives a missing name, one button,
// and a way out.

import type { Language } from '@/api/types'
import type { Content } from './draft'

interface Words {
  subject: string
  lang: string
  greeting: string
  body: string
  button: string
  why: string
  leave: string
}

const words: Record<Language, Words> = {
  zh: {
    subject: '{{ person.name | default: "你好" }}，有件东西还在等你',
    lang: 'zh-CN',
    greeting: '{{ person.name | default: "你好" }}：',
    body: '最近看过的商品还给你留着。现在回来看看，有为你准备的小心意。',
    button: '回来看看',
    why: '你收到这封邮件，是因为你注册过我们的服务。',
    leave: '退订',
  },
  en: {
    subject: '{{ person.name | default: "Hello" }}, something is waiting for you',
    lang: 'en',
    greeting: 'Hello {{ person.name | default: "there" }},',
    body: 'What you looked at lately is still here. Come back and see what we have put aside for you.',
    button: 'Have a look',
    why: 'You get this mail because you signed up with us.',
    leave: 'Unsubscribe',
  },
}

export function starterContent(language: Language): Content {
  const w = words[language]
  return {
    subject: w.subject,
    text: '',
    html: `<!doctype html>
<html lang="${w.lang}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <meta name="color-scheme" content="light dark">
  <style>
    body { margin: 0; background: #f5f7f7; color: #172122; font: 16px/1.6 -apple-system, "PingFang SC", "Microsoft YaHei", Arial, sans-serif; }
    .mail { max-width: 560px; margin: 0 auto; padding: 32px 24px; background: #ffffff; }
    .button { display: inline-block; padding: 12px 24px; border-radius: 6px; background: #0f766e; color: #ffffff; text-decoration: none; }
    .small { color: #5d6b6d; font-size: 13px; }
    .small a { color: #5d6b6d; }
    @media (prefers-color-scheme: dark) {
      body { background: #0f1516; color: #e6ecec; }
      .mail { background: #161d1f; }
      .small, .small a { color: #93a1a3; }
    }
  </style>
</head>
<body>
  <div class="mail">
    <p>${w.greeting}</p>
    <p>${w.body}</p>
    <p><a class="button" href="https://example.com/">${w.button}</a></p>
    <p class="small">${w.why} <a href="{{ unsubscribe_url }}">${w.leave}</a></p>
  </div>
</body>
</html>
`,
  }
}
