// The whole loop in a browser, as an operator goes through it: set up, watch the
// first event of a real Segment SDK arrive, see the funnel and the RFM board,
// save a drop-off as a segment, mail it, click the link, read the lift.
//
// WEIR_URL   the server, empty: nobody has signed up yet
// SINK_URL   GET gives the mails that the SMTP server has taken, as JSON
// SMTP_PORT  of that server on this machine
// LANGUAGE   zh or en
// SHOTS      folder for pictures; none are made without it

import { Analytics } from '@segment/analytics-node'
import { accessible, main, must, open } from './browser.mjs'
import { words } from './words.mjs'

const { WEIR_URL: url, SINK_URL: sink, SMTP_PORT: smtpPort, LANGUAGE: language, SHOTS: shots } = process.env
const w = words[language]
const persons = 600
const added = 480
const paid = 160
const back = 'https://shop.example/back'

async function loop(page) {
  const project = await setUp(page)
  const sdk = new Analytics({ writeKey: project.write_key, host: url, flushAt: 100, flushInterval: 500, maxRetries: 5 })
  const failures = []
  sdk.on('error', (error) => failures.push(error))
  const here = (path) => `${url}/p/${project.id}/${path}`

  await firstEvent(page, sdk)
  await sendHistory(sdk)
  await checkLive(page, here, sdk)
  await checkFunnel(page, here)
  await checkRfm(page, here)
  await setUpMail(page, here)
  await sendCampaign(page, here)
  const mails = await allMails()
  await behaveAfterwards(sdk, mails)
  await checkReport(page)
  await sdk.closeAndFlush()
  must(failures.length === 0, `the SDK met errors: ${JSON.stringify(failures)}`)
}

async function picture(page, name) {
  await accessible(page, name)
  if (shots) await page.screenshot({ path: `${shots}/loop-${name}-${language}.png` })
}

/** The first visit creates the owner's account and the first project. */
async function setUp(page) {
  await page.goto(url)
  await page.waitForURL(/\/setup/)
  await picture(page, 'setup')
  await page.getByLabel(w.setup.email, { exact: true }).fill('owner@weir.example')
  await page.getByLabel(w.setup.password, { exact: true }).fill('correct horse battery')
  await page.getByLabel(w.setup.project, { exact: true }).fill(language === 'zh' ? '小店' : 'Little shop')
  await page.getByRole('button', { name: w.setup.submit }).click()
  await page.waitForURL(/\/p\/[^/]+\/connect/)
  await picture(page, 'connect')
  const session = await page.evaluate(async () => (await fetch('/api/v1/session')).json())
  must(session.projects.length === 1, 'one project was made')
  return session.projects[0]
}

async function firstEvent(page, sdk) {
  sdk.track({ anonymousId: 'first-visitor', event: 'hello', properties: { from: 'a real SDK' } })
  await sdk.flush()
  await page.getByTestId('first-event').getByText(w.arrived).waitFor()
  await page.getByRole('link', { name: w.seeFunnel }).waitFor()
  await picture(page, 'arrived')
}

const user = (i) => `user-${String(i).padStart(3, '0')}`

/** 600 persons look, 480 add to the cart, 160 pay; they sign in on the way. */
async function sendHistory(sdk) {
  const hour = 3_600_000
  const start = Date.now() - 26 * hour
  for (let i = 0; i < persons; i++) {
    const at = start + i * 60_000
    sdk.track({ anonymousId: `anon-${i}`, event: 'view_product', properties: { category: i % 3 ? 'fresh' : 'digital', price: 10 + (i % 50) }, timestamp: new Date(at) })
    sdk.identify({ anonymousId: `anon-${i}`, userId: user(i), traits: { email: `${user(i)}@shop.example`, name: `Person ${i}` }, timestamp: new Date(at + 1000) })
    if (i < added) sdk.track({ userId: user(i), event: 'add_to_cart', properties: { price: 10 + (i % 50) }, timestamp: new Date(at + 60_000) })
    if (i < paid) {
      for (let n = 0; n <= i % 3; n++) {
        sdk.track({ userId: user(i), event: 'order_paid', properties: { amount: 20 + i, order_id: `o-${i}-${n}` }, timestamp: new Date(at + (n + 2) * 60_000) })
      }
    }
    if (i % 50 === 49) await sdk.flush()
  }
  await sdk.flush()
}

/** What came before is there, and what comes now appears by itself. */
async function checkLive(page, here, sdk) {
  await page.goto(here('live'))
  await page.getByText('view_product').first().waitFor()
  sdk.track({ userId: user(0), event: 'came_again' })
  await sdk.flush()
  await page.getByText('came_again').first().waitFor()
  await picture(page, 'live')
}

async function choose(page, label, value) {
  const box = page.getByRole('combobox', { name: label, exact: true })
  await box.click()
  await box.fill(value)
  await option(page, value)
}

/** Clicks an option of the list that is open. */
async function option(page, text) {
  await page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option').filter({ hasText: text }).last().click()
}

async function checkFunnel(page, here) {
  await page.goto(here('funnel'))
  await page.getByRole('button', { name: w.addStep }).click()
  await choose(page, w.step(1), 'view_product')
  await choose(page, w.step(2), 'add_to_cart')
  await choose(page, w.step(3), 'order_paid')
  const table = page.getByRole('table')
  for (const figure of [persons, added, paid]) await table.getByText(String(figure), { exact: true }).first().waitFor()
  await picture(page, 'funnel')
  await page.getByRole('button', { name: w.saveDropped }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(w.segment.name, { exact: true }).fill('加购未支付')
  await dialog.getByRole('button', { name: w.segment.save, exact: true }).click()
  await page.getByText(w.segment.saved).first().waitFor()
  await page.goto(here('segments'))
  await page.getByRole('link', { name: '加购未支付' }).waitFor()
  await page.getByText(String(added - paid), { exact: true }).first().waitFor()
  await picture(page, 'segments')
}

async function checkRfm(page, here) {
  await page.goto(here('rfm'))
  await page.getByText(w.champions).first().waitFor()
  await picture(page, 'rfm')
}

async function setUpMail(page, here) {
  await page.goto(here('settings/email'))
  await page.getByLabel(w.email.host, { exact: true }).fill('127.0.0.1')
  await page.getByRole('combobox', { name: w.email.security }).click()
  await option(page, w.email.none)
  await page.getByLabel(w.email.port, { exact: true }).fill(smtpPort)
  await page.getByLabel(w.email.from, { exact: true }).fill('news@shop.example')
  await page.getByRole('button', { name: w.email.save, exact: true }).first().click()
  await page.getByText(w.email.saved, { exact: true }).first().waitFor()
  await picture(page, 'settings-email')
}

async function sendCampaign(page, here) {
  await page.goto(here('campaigns'))
  await picture(page, 'campaigns-empty')
  await page.getByRole('link', { name: w.campaign.create }).or(page.getByRole('button', { name: w.campaign.create })).first().click()
  await page.getByLabel(w.campaign.name, { exact: true }).fill('回来看看 · Come back')
  const segment = page.getByRole('combobox', { name: w.campaign.segment, exact: true })
  await segment.click()
  await option(page, '加购未支付')
  await page.getByLabel(w.campaign.subject, { exact: true }).fill('{{ person.name }}，还有东西在购物车里')
  await page.getByLabel(w.campaign.body, { exact: true }).fill(
    `<p>Hello {{ person.name }}</p><p><a href="${back}">Back to your cart</a></p><p><a href="{{ unsubscribe_url }}">Unsubscribe</a></p>`)
  await page.getByLabel(w.campaign.holdout, { exact: true }).fill('30')
  const setGoal = page.getByRole('button', { name: w.campaign.setGoal })
  if (await setGoal.isVisible()) await setGoal.click()
  await choose(page, w.campaign.goal, 'order_paid')
  await choose(page, w.campaign.value, 'amount')
  const send = page.getByRole('button', { name: w.campaign.send })
  await expectEnabled(send)
  await picture(page, 'campaign-draft')
  await send.click()
  await page.getByRole('button', { name: w.campaign.confirm }).click()
  await page.getByText(w.campaign.done, { exact: true }).first().waitFor({ timeout: 60_000 })
}

/** Waits until a button can be pressed: the draft is saved and the audience counted. */
async function expectEnabled(button) {
  await button.waitFor()
  const element = await button.elementHandle()
  await element.waitForElementState('enabled')
}

/** Waits until no further mail comes, and gives one entry per mail. */
async function allMails() {
  const mails = await (await fetch(sink)).json()
  must(mails.length > 150 && mails.length < added - paid, `70 % of ${added - paid} persons get a mail, got ${mails.length}`)
  must(new Set(mails.map((m) => m.to)).size === mails.length, 'nobody gets two mails')
  return mails
}

/** One person opens and clicks; two fifths of those written to order, and one in twenty of the hold-out. */
async function behaveAfterwards(sdk, mails) {
  const clicked = mails[0]
  const response = await fetch(clicked.links.find((link) => link.includes('/t/c/')), { redirect: 'manual' })
  must(response.status === 302 && response.headers.get('location') === back, `the link leads to ${response.headers.get('location')}`)
  const pixel = await fetch(clicked.links.find((link) => link.includes('/t/o/')))
  must(pixel.headers.get('content-type') === 'image/gif', 'the open is counted by a picture')
  const treated = new Set(mails.map((m) => m.to.split('@')[0]))
  let n = 0
  for (let i = paid; i < added; i++) {
    const share = treated.has(user(i)) ? 5 : 50
    if (n++ % share < 2) sdk.track({ userId: user(i), event: 'order_paid', properties: { amount: 30 + (i % 10), order_id: `late-${i}` } })
  }
  await sdk.flush()
}

async function checkReport(page) {
  await page.reload()
  await page.getByText(w.campaign.extra).first().waitFor()
  await page.getByText(w.campaign.money).first().waitFor()
  await page.getByText(back).first().waitFor()
  await picture(page, 'campaign-report')
}

await main(async () => {
  const { browser, page, errors } = await open({ language })
  try {
    await loop(page)
    must(errors.length === 0, `the console has errors:\n  ${errors.join('\n  ')}`)
    console.log(`the loop is closed (${language})`)
  } catch (error) {
    if (shots) await page.screenshot({ path: `${shots}/failed-${language}.png` })
    throw new Error(`${error.message}\n  at ${page.url()}\n  console: ${errors.join('\n  ')}`, { cause: error })
  } finally {
    await browser.close()
  }
})
