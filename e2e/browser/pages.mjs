// Every page of a running demonstration, in both languages and themes, and some
// on a phone. Fails on errors of the console or the page, on what axe calls
// serious or critical, and when a page scrolls sideways on a phone.
//
// WEIR_URL  the demonstration
// PASSWORD  of demo@weir.local
// TRUTH     the file of what was planted in the shop
// SHOTS     folder for a picture of every page; none are made without it
// DOCS      folder for the pictures of the documentation, made instead of the checks
// ONLY      names of pages, with commas between them: looks at no others

import { readFile } from 'node:fs/promises'
import { accessible, main, must, open } from './browser.mjs'

const { WEIR_URL: url, PASSWORD: password, TRUTH: truthFile, SHOTS: shots, DOCS: docs, ONLY: only } = process.env
const truth = JSON.parse(await readFile(truthFile, 'utf8'))
const desk = { width: 1280, height: 900 }
const phone = { width: 390, height: 844 }
const steps = ['visit', 'view_product', 'add_to_cart', 'order_paid'].map((event) => `(event:${event})`).join(',')

/** The pages as [name, path]; `ids` are those of the demonstration's own things. */
function allPages(ids) {
  const shop = `/p/${ids.shop}`
  const empty = `/p/${ids.empty}`
  const settings = ['', '/accounts', '/tokens', '/email', '/suppressions', '/account']
  return [
    ['desk', `${shop}/desk`],
    ['trend', `${shop}/trend?range=${day(-14)}..${day(14)}&series=!((event:visit,measure:persons))&breakdown=!((property:city))`],
    ['funnel', `${shop}/funnel?range=last90&steps=!(${steps})`],
    ['funnel-start', `${shop}/funnel`],
    ['retention', `${shop}/retention?start=(event:register)&return=(event:visit)`],
    ['persons', `${shop}/persons`],
    ['person', `${shop}/persons/${ids.person}`],
    ['segments', `${shop}/segments`],
    ['segment', `${shop}/segments/${ids.segment}`],
    ['segment-edit', `${shop}/segments/${ids.segment}/edit`],
    ['segment-new', `${shop}/segments/new`],
    ['rfm', `${shop}/rfm`],
    ['campaigns', `${shop}/campaigns`],
    ['campaign', `${shop}/campaigns/${truth.campaign.id}`],
    ['campaign-draft', `${shop}/campaigns/${ids.draft}`],
    ['live', `${shop}/live`],
    ['connect', `${shop}/connect`],
    ...settings.map((section) => [`settings${section.replace('/', '-')}`, `${shop}/settings${section}`]),
    ['not-found', `${shop}/nothing`],
    ...['desk', 'persons', 'segments', 'campaigns', 'rfm', 'live', 'connect'].map((name) => [`${name}-empty`, `${empty}/${name}`]),
  ]
}

const onPhone = ['desk', 'persons', 'person', 'campaign', 'desk-empty']
const inDocs = ['desk', 'funnel', 'retention', 'trend', 'persons', 'person', 'segments', 'rfm', 'campaign', 'live', 'connect']
const inDocsDark = ['desk', 'funnel', 'rfm']

/** Waits until the filling of the demonstration is more than a minute ago: the live page counts the last minute. */
async function calm(browser, ids, cookies) {
  const { page, context } = await look(browser, { language: 'en', theme: 'light', size: desk, cookies })
  await page.goto(`${url}/p/${ids.shop}/live`)
  const received = () => page.evaluate(async (path) => (await (await fetch(path)).json()).last_minute, `/api/v1/projects/${ids.shop}/intake`)
  for (let tries = 0; (await received()) > 1000; tries++) {
    must(tries < 400, 'the demonstration does not calm down')
    await page.waitForTimeout(300)
  }
  await context.close()
}

/** A local date, so many days after the planted drop. */
function day(after) {
  return new Date(Date.parse(truth.drop.since) + after * 86_400_000).toISOString().slice(0, 10)
}

/** Signs in through the page in the first language that is looked at, and gives what the other contexts need. */
async function signIn(browser) {
  const { page, context } = await look(browser, { language: 'en', theme: 'light', size: desk })
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('E-mail', { exact: true }).fill('demo@weir.local')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.waitForURL(/\/p\/[^/]+\/desk/)
  const ids = await page.evaluate(findThings, !docs)
  const cookies = await context.cookies()
  await context.close()
  return { ids, cookies }
}

/** Runs in the page: finds a segment and a person with a story, and makes an empty project and a draft if it may. */
async function findThings(make) {
  const api = async (method, path, body) => {
    const response = await fetch(`/api/v1${path}`, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) })
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  const session = await api('GET', '/session')
  const shop = session.projects.find((project) => project.id === 'weir-mall') ?? session.projects[0]
  const { segments } = await api('GET', `/projects/${shop.id}/segments`)
  const often = JSON.stringify({ did: { event: 'order_paid', measure: 'count', op: 'gte', value: 3, within: { last: 30, unit: 'day' } } })
  const { persons } = await api('GET', `/projects/${shop.id}/persons?limit=1&filter=${encodeURIComponent(often)}`)
  const found = { shop: shop.id, segment: segments[0].id, person: persons[0].id }
  if (!make) return found
  const empty = session.projects.find((project) => project.name === 'Empty') ?? await api('POST', '/projects', { name: 'Empty', timezone: 'Asia/Shanghai', currency: 'CNY' })
  const draft = await api('POST', `/projects/${shop.id}/campaigns`, {
    name: '双旦预热', segment: segments[0].id, subject: '{{ person.name }}，新年好', holdout_percent: 10,
    html: '<p>{{ person.name }}，新年好</p><p><a href="{{ unsubscribe_url }}">退订</a></p>', goal: { event: 'order_paid', value: 'amount', days: 7 },
  })
  return { ...found, empty: empty.id, draft: draft.id }
}

/** A context and its page in a language, theme and size. */
async function look(browser, { language, theme, size, cookies = [] }) {
  const context = await browser.newContext({ viewport: size, locale: language === 'zh' ? 'zh-CN' : 'en-GB', colorScheme: theme, reducedMotion: 'reduce' })
  await context.addCookies(cookies)
  // Not in the sandboxed frames in which mails are previewed: those have no storage.
  await context.addInitScript((chosen) => { if (window === window.top) localStorage.setItem('weir.language', chosen) }, language)
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const underWay = new Set()
  const errors = []
  page.on('request', (r) => { if (!r.url().endsWith('/live')) underWay.add(r) })
  page.on('requestfinished', (r) => underWay.delete(r))
  page.on('requestfailed', (r) => underWay.delete(r))
  page.on('pageerror', (error) => errors.push(`page error: ${error}`))
  page.on('console', (message) => {
    // Asking who is signed in is answered 401 to those who are not yet; the browser notes it.
    if (message.type() === 'error' && !message.location().url.endsWith('/api/v1/session')) errors.push(`console: ${message.text()} (${message.location().url})`)
  })
  return { context, page, errors, underWay }
}

/** Goes to a page and waits until it has a heading, nothing loads and nothing is under way. */
async function visit({ page, underWay }, path) {
  await page.goto(url + path)
  await page.locator('h1').first().waitFor()
  const busy = page.locator('.ant-skeleton, .ant-spin-spinning, .weir-loading, [aria-busy=true]')
  for (let quiet = 0, tries = 0; quiet < 2; tries++) {
    must(tries < 300, `${path} does not come to rest: ${[...underWay].map((r) => r.url()).join(' ')}`)
    quiet = underWay.size === 0 && (await busy.count()) === 0 ? quiet + 1 : 0
    await page.waitForTimeout(50)
  }
}

/** Looks at pages one after another, each in both themes, and gives what is wrong with them. */
async function inspect(browser, pages, how) {
  const seen = await look(browser, { ...how, theme: 'light' })
  const { page, errors } = seen
  const faults = []
  for (const [name, path] of pages) {
    const where = `${name}, ${how.language}, ${how.size.width} px`
    const picture = async (theme) => {
      if (!shots) return
      const height = Math.min(2400, await page.evaluate(() => document.documentElement.scrollHeight))
      const clip = { x: 0, y: 0, width: how.size.width, height }
      await page.screenshot({ path: `${shots}/${name}-${how.language}-${theme}-${how.size.width}.png`, fullPage: true, clip })
    }
    try {
      await page.emulateMedia({ colorScheme: 'light' })
      await visit(seen, path)
      await picture('light')
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      must(how.size.width > phone.width || wide <= 1, `scrolls sideways by ${wide} px`)
      await accessible(page, where)
      // The theme follows the system: the same page in the dark, where only colours differ.
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.locator('html[data-theme=dark]').waitFor()
      await picture('dark')
      await accessible(page, `${where}, dark`, ['color-contrast', 'link-in-text-block'])
    } catch (error) {
      faults.push(`${where}: ${error.message}`)
    }
    faults.push(...errors.splice(0).map((text) => `${where}: ${text}`))
  }
  await seen.context.close()
  return faults
}

async function checkAll(browser, { ids, cookies }) {
  const pages = allPages(ids).filter(([name]) => !only || only.split(',').includes(name))
  const small = pages.filter(([name]) => onPhone.includes(name))
  const inBoth = async (chosen, size, known) =>
    (await Promise.all(['zh', 'en'].map((language) => inspect(browser, chosen, { language, size, cookies: known })))).flat()
  const faults = [
    ...(await inBoth([['sign-in', '/sign-in']], phone, [])),
    ...(await inBoth(pages, desk, cookies)),
    ...(await inBoth(small, phone, cookies)),
  ]
  must(faults.length === 0, `${faults.length} faults\n${faults.join('\n')}`)
  console.log(`${pages.length} pages in two languages and two themes, ${small.length} of them on a phone too: no faults`)
}

async function takeForDocs(browser, { ids, cookies }) {
  await calm(browser, ids, cookies)
  for (const [language, theme, names] of [['zh', 'light', inDocs], ['en', 'light', inDocs], ['en', 'dark', inDocsDark]]) {
    const seen = await look(browser, { language, theme, size: { width: 1440, height: 900 }, cookies })
    for (const [name, path] of allPages(ids).filter(([found]) => names.includes(found))) {
      await visit(seen, path)
      await seen.page.screenshot({ path: `${docs}/${name}-${language}-${theme}.png` })
    }
    must(seen.errors.length === 0, seen.errors.join('\n'))
    await seen.context.close()
  }
  console.log(`pictures are in ${docs}`)
}

await main(async () => {
  const { browser } = await open({ language: 'en' })
  try {
    const signedIn = await signIn(browser)
    await (docs ? takeForDocs : checkAll)(browser, signedIn)
  } finally {
    await browser.close()
  }
})
