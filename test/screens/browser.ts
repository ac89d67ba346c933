import { existsSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { PASSWORD } from './stub.ts'

const CHROMIUMS = [
  // The same engine without a window, for two thirds of the processor's time.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** A real Chromium that asks nobody outside. */
export const openBrowser = (more: readonly string[] = []): Promise<Browser> => {
  const executablePath = CHROMIUMS.find(existsSync)
  if (executablePath === undefined) throw new Error('no Chromium: install the package "chromium"')
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  })
}

export interface Screen {
  readonly page: Page
  /** What the page complained of, and what it asked of others than its own gateway. */
  readonly complaints: string[]
  readonly outside: string[]
  close(): Promise<void>
}

/** A page of its own, in a language and a size. */
export async function openScreen(
  browser: Browser,
  url: string,
  { lang = 'zh-CN', width = 1366, theme = 'light' as 'light' | 'dark' } = {},
): Promise<Screen> {
  const context = await browser.newContext({
    viewport: { width, height: width < 700 ? 844 : 900 },
    locale: lang,
    colorScheme: theme,
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  const complaints: string[] = []
  const outside: string[] = []
  page.on('console', message => {
    // 401 is the answer to "am I signed in?", and Chromium writes every such answer down.
    const expected = /status of (401|409|422|403|429)|WebSocket connection|ERR_CONNECTION/.test(message.text())
    // Chromium does not say of what it has not got.
    if (['error', 'warning'].includes(message.type()) && !expected)
      complaints.push(`${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('request', request => {
    if (!request.url().startsWith(`${url}/`) && !request.url().startsWith('data:')) outside.push(request.url())
  })
  await page.goto(url)
  await page.waitForSelector('input[name=username]')
  return { page, complaints, outside, close: () => context.close() }
}

export async function signIn(page: Page, name = 'admin', password = PASSWORD): Promise<void> {
  await page.fill('input[name=username]', name)
  await page.fill('input[name=password]', password)
  await page.keyboard.press('Enter')
  await page.waitForSelector('nav.rail')
}

/** Says yes to each list of changes of the site that is laid before the person, with a reason. */
export async function agreeToChanges(page: Page, why = 'as agreed'): Promise<void> {
  const agree = `new MutationObserver(() => {
    const box = document.querySelector('dialog.rvw')
    if (!box || box.dataset.seen) return
    box.dataset.seen = 'yes'
    const area = box.querySelector('textarea')
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(area, ${JSON.stringify(why)})
    area.dispatchEvent(new Event('input', { bubbles: true }))
    setTimeout(() => box.querySelector('button[type=submit]').click())
  }).observe(document, { childList: true, subtree: true })`
  await page.addInitScript(agree)
  await page.evaluate(agree)
}

/** Goes to a page as a link does, without loading anew. */
export async function go(page: Page, path: string, seen = 'main .card'): Promise<void> {
  await page.evaluate(`history.pushState(null, '', ${JSON.stringify(path)})`)
  await page.waitForSelector(seen)
}
