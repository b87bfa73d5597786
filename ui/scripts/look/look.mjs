// Photographs pages in both languages and themes and runs axe on them:
//   node scripts/look/look.mjs DIST OUT [page,page…]
// Prints violations of level serious or worse and console errors; fails on any.
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'
import { startServer } from './server.mjs'

const [dist = 'dist', out = '/tmp/weir-look', only] = process.argv.slice(2)
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const home = '/p/prj_shop'
const pages = [
  ['setup', '/setup', 'setup'], ['sign-in', '/sign-in', 'signed-out'], ['new-project', '/projects/new', 'full'],
  ['desk', `${home}/desk`, 'full'], ['desk-empty', `${home}/desk`, 'empty'], ['desk-failing', `${home}/desk`, 'failing'],
  ['connect', `${home}/connect`, 'full'], ['connect-waiting', `${home}/connect`, 'empty'],
  ['live', `${home}/live`, 'full'], ['live-empty', `${home}/live`, 'empty'], ['live-failing', `${home}/live`, 'failing'],
  ['settings', `${home}/settings`, 'full'], ['settings-accounts', `${home}/settings/accounts`, 'full'], ['settings-tokens', `${home}/settings/tokens`, 'full'], ['settings-tokens-empty', `${home}/settings/tokens`, 'empty'],
  ['settings-email', `${home}/settings/email`, 'full'], ['settings-suppressions', `${home}/settings/suppressions`, 'full'], ['settings-suppressions-failing', `${home}/settings/suppressions`, 'failing'], ['settings-account', `${home}/settings/account`, 'full'],
  ['palette', `${home}/desk`, 'full', async (page) => { await page.keyboard.press('Control+k'); await page.waitForTimeout(300); await page.keyboard.type('se') }],
  ['live-open', `${home}/live`, 'full', async (page) => { await page.locator('.weir-live-line').nth(1).click(); await page.locator('.weir-live-row-rejected button').first().click() }],
  ['email-test', `${home}/settings/email`, 'full', async (page) => { await page.locator('.weir-email-test button').click(); await page.waitForTimeout(600) }],
  ['not-found', `${home}/nothing`, 'full'],
]
const looks = [['zh', 'light', 1280], ['en', 'dark', 1280], ['en', 'light', 390], ['zh', 'dark', 390]]
const chosen = only ? pages.filter(([name]) => only.split(',').includes(name)) : pages

mkdirSync(out, { recursive: true })
const modes = [...new Set(chosen.map((page) => page[2]))]
const servers = new Map()
for (const [index, mode] of modes.entries()) servers.set(mode, { port: 18_400 + index, server: await startServer(dist, 18_400 + index, mode) })
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
let faults = 0

for (const [name, path, mode, act] of chosen) {
  for (const [language, theme, width] of looks) {
    const context = await browser.newContext({ viewport: { width, height: width < 500 ? 844 : 860 }, locale: language === 'zh' ? 'zh-CN' : 'en-GB', reducedMotion: 'reduce' })
    await context.addInitScript(([l, c]) => { localStorage.setItem('weir.language', l); localStorage.setItem('weir.theme', c) }, [language, theme])
    const page = await context.newPage()
    const label = `${name}-${language}-${theme}-${width}`
    const report = (text) => { faults += 1; console.log(`${label}: ${text}`) }
    page.on('pageerror', (error) => report(`page error ${error.message}`))
    page.on('console', (message) => { if (message.type() === 'error' && mode !== 'failing' && !/40[14]|502/.test(message.text())) report(`console ${message.text().slice(0, 300)}`) })
    await page.goto(`http://127.0.0.1:${servers.get(mode).port}${path}`)
    await page.waitForTimeout(mode === 'failing' ? 2600 : 900)
    if (act) await act(page)
    await page.waitForTimeout(400)
    await page.screenshot({ path: `${out}/${label}.png`, fullPage: true })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    if (wide > 1) report(`scrolls sideways by ${wide} px`)
    await page.evaluate(axe)
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
    for (const v of violations.filter((found) => ['serious', 'critical'].includes(found.impact))) {
      report(`axe ${v.id}: ${v.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} ${node.any[0]?.message ?? ''}`.slice(0, 200)).join(' | ')}`)
    }
    await context.close()
  }
}
await browser.close()
for (const { server } of servers.values()) { server.closeAllConnections(); server.close() }
console.log(`${chosen.length} pages, ${faults} faults`)
process.exitCode = faults > 0 ? 1 : 0
