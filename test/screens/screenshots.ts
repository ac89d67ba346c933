import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { signIn as signInApi } from '../support/api.ts'
import { until } from '../support/wait.ts'
import { axeFinds, tooWide, watchSettled } from './axe.ts'
import { go, openBrowser, openScreen, signIn } from './browser.ts'
import { addressesFor, docsPictures, readmePicture } from './pictures.ts'
import { nameOf } from './walk.ts'

/**
 * `npm run screenshots`: starts the demo building and takes every page in both languages, both themes and three widths (the
 * wall in four) into screenshots/: the whole length of a page, and of the wall one screen. Each is looked at by axe on the
 * way, and for what is cut off at its side. `-- --only orders --lang en --theme dark --width 390` takes some of them; `--only`
 * takes several words with commas between, and one that begins with `/` is how an address begins (`/` alone: the first page).
 * `-- --docs` writes the few that the docs show.
 */
const root = join(import.meta.dirname, '../..')
const PASSWORD = 'for pictures only'
const { values: asked } = parseArgs({
  options: {
    only: { type: 'string' },
    lang: { type: 'string' },
    theme: { type: 'string' },
    width: { type: 'string' },
    docs: { type: 'boolean', default: false },
    'no-axe': { type: 'boolean', default: false },
    to: { type: 'string', default: join(root, 'screenshots') },
  },
})
const LANGS = ['zh-CN', 'en'] as const
const THEMES = ['light', 'dark'] as const
const WIDTHS = [390, 1366, 1920, 3840] as const
/** Only what hangs on the wall is looked at on a 4K screen. */
const FOUR_K = 3840
const onWall = ['/wall']
const words = asked.only?.split(',')
const fits = (address: string, word: string) =>
  word === '/' ? address === '/' : word.startsWith('/') ? address.startsWith(word) : address.includes(word)
const isAsked = (address: string) => words === undefined || words.some(word => fits(address, word))
/** Pages that live: the link of the stream is up, values have come. */
const SETTLE_MS = 300
const PHONE = 390
/**
 * How a whole page is drawn: the rail, a screen high beside a page that scrolls, is as long as the page, and on a phone stands
 * at its foot instead of over its middle; what is drawn only when it is scrolled to (`content-visibility`) is drawn. As a
 * sheet of the document's own: inline style is not allowed.
 */
const drawWhole = (page: Page, whole: boolean) =>
  page.evaluate(`(() => {
    const sheet = new CSSStyleSheet()
    const rail = innerWidth < 720 ? '.shell { position: relative } .rail { position: absolute }' : '.rail { height: auto }'
    if (${whole}) sheet.replaceSync('.place { content-visibility: visible } ' + rail)
    document.adoptedStyleSheets = [sheet]
  })()`)

/** The demo on free ports, in a folder that is gone at the end. */
async function startDemo() {
  const data = mkdtempSync(join(tmpdir(), 'gatehouse-pictures-'))
  const env = {
    ...process.env,
    ...{ GATEHOUSE_DATA: data, GATEHOUSE_HTTP: '127.0.0.1:0', GATEHOUSE_MQTT: '127.0.0.1:0' },
    GATEHOUSE_ADMIN_PASSWORD: PASSWORD,
  }
  const child = spawn(process.execPath, [join(root, 'gateway/main.ts'), '--demo'], { env, stdio: 'ignore' })
  const stop = () =>
    new Promise<void>(done => {
      const gone = () => {
        rmSync(data, { recursive: true, force: true })
        done()
      }
      if (child.exitCode !== null) return gone()
      child.once('exit', gone)
      child.kill()
    })
  for (let tries = 0; tries < 1200 && child.exitCode === null; tries++) {
    try {
      const { http } = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as { http: string }
      return { url: `http://${http}`, stop }
    } catch {
      await new Promise(done => setTimeout(done, 100))
    }
  }
  await stop()
  throw new Error('the demo did not start')
}

interface Look {
  readonly lang: (typeof LANGS)[number]
  readonly theme: (typeof THEMES)[number]
  readonly width: number
}
/** Takes pages with one look; answers what axe found and what is too wide. */
async function take(browser: Browser, url: string, look: Look, pages: readonly (readonly [string, string])[]) {
  const screen = await openScreen(browser, url, look)
  const { page } = screen
  const settled = watchSettled(page)
  const wrong: string[] = []
  await signIn(page, 'admin', PASSWORD)
  for (const [address, file] of pages) {
    try {
      await go(page, address, '#root h1, #root h2, #root main, #root button')
    } catch {
      wrong.push(`${address}: nothing came up, no picture`)
      continue
    }
    await settled()
    const come = async () => (await page.locator('main .empty .sk').count()) === 0
    await until('all that is read', come, 5000).catch(() => wrong.push(`${address}: still being read`))
    await new Promise(done => setTimeout(done, SETTLE_MS))
    const jpeg = file.endsWith('.jpg')
    // The docs show one screen, and what hangs on the wall is one; of all others the whole length is looked at.
    const whole = !asked.docs && (look.width === PHONE || !onWall.includes(address))
    if (whole) await drawWhole(page, true)
    await page.screenshot({
      path: file,
      fullPage: whole,
      ...(jpeg ? { type: 'jpeg', quality: 55 } : {}),
    })
    if (whole) await drawWhole(page, false)
    const by = await tooWide(page)
    if (by > 0) wrong.push(`${address}: ${by} px too wide`)
    if (!asked['no-axe'] && !jpeg) wrong.push(...(await axeFinds(page)).map(one => `${address}: ${one}`))
  }
  await screen.close()
  const said = screen.complaints.filter(one => !one.includes('status of 404'))
  return [...wrong, ...said, ...screen.outside]
}

const demo = await startDemo()
const browser = await openBrowser()
try {
  const api = await signInApi(demo.url, 'admin', PASSWORD)
  // Lines have to be polled and alarms to come, or the pictures show an empty building.
  await new Promise(done => setTimeout(done, 20_000))
  // Readings of the demo are made up after its orders; without them half of the pages are empty.
  for (let tries = 0; tries < 240; tries++) {
    const { body } = await api.get('/api/v1/meter-balances')
    if ((body.items ?? []).length > 0) break
    await new Promise(done => setTimeout(done, 1000))
  }
  const lines: string[] = []
  let taken = 0
  if (asked.docs) {
    const { address, width, file } = readmePicture
    lines.push(...(await take(browser, demo.url, { lang: 'en', theme: 'light', width }, [[address, join(root, file)]])))
    taken++
    for (const lang of LANGS)
      for (const [width, list] of Map.groupBy(docsPictures, one => one.width)) {
        const folder = join(root, lang === 'en' ? 'docs/pictures' : 'docs/zh-CN/pictures')
        mkdirSync(folder, { recursive: true })
        const pages = list.map(({ address, name }) => [address, join(folder, `${name}.jpg`)] as const)
        lines.push(...(await take(browser, demo.url, { lang, theme: 'light', width }, pages)))
        taken += pages.length
      }
  } else {
    const all = await addressesFor(api)
    const some = all.filter(isAsked)
    for (const lang of LANGS.filter(one => asked.lang === undefined || one === asked.lang))
      for (const theme of THEMES.filter(one => asked.theme === undefined || one === asked.theme))
        for (const width of WIDTHS.filter(one => asked.width === undefined || one === Number(asked.width))) {
          const folder = join(asked.to, `${lang}-${theme}-${width}`)
          mkdirSync(folder, { recursive: true })
          const pages = some
            .filter(one => width !== FOUR_K || onWall.includes(one))
            .map(address => [address, join(folder, `${nameOf(address)}.png`)] as const)
          const wrong = await take(browser, demo.url, { lang, theme, width }, pages)
          lines.push(...wrong.map(one => `${lang} ${theme} ${width}: ${one}`))
          taken += pages.length
          console.log(`${lang} ${theme} ${width}: ${pages.length} pages, ${wrong.length} findings`)
        }
    writeFileSync(join(asked.to, 'findings.txt'), `${lines.join('\n')}\n`)
  }
  console.log(`${taken} pictures, ${lines.length} findings`)
  for (const line of lines) console.log(line)
  process.exitCode = lines.length > 0 ? 1 : 0
} finally {
  await browser.close()
  await demo.stop()
}
