// What every browser script needs: Chromium, a page that notes its errors, and axe.

import { createRequire } from 'node:module'
import { readFile } from 'node:fs/promises'
import { chromium } from 'playwright-core'

const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Opens Chromium and one page in a language and theme. */
export async function open({ language, theme = 'light', width = 1440, height = 900 }) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  })
  const context = await browser.newContext({ viewport: { width, height }, locale: language === 'zh' ? 'zh-CN' : 'en-GB', colorScheme: theme, reducedMotion: 'reduce' })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const errors = []
  page.on('pageerror', (error) => errors.push(`page error: ${error}`))
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(`console: ${message.text()} (${message.location().url})`)
  })
  return { browser, context, page, errors }
}

/** Fails when axe finds anything serious or critical on the page as it is now; asks all rules, or those that are named. */
export async function accessible(page, where, rules) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource)
  const found = await page.evaluate(async (runOnly) => {
    const result = await globalThis.axe.run(document, { resultTypes: ['violations'], ...(runOnly && { runOnly }) })
    return result.violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map((v) => `${v.impact} ${v.id}: ${v.help}\n    ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 300)).join('\n    ')}`)
  }, rules)
  if (found.length > 0) throw new Error(`axe on ${where}:\n  ${found.join('\n  ')}`)
}

/** Fails with the words unless the condition holds. */
export function must(condition, words) {
  if (!condition) throw new Error(words)
}

/** Runs a script's main function; on failure leaves a picture and a clear last line. */
export async function main(run) {
  try {
    await run()
  } catch (error) {
    console.error(`FAILED: ${error?.stack ?? error}`)
    process.exitCode = 1
  }
}
