import { join } from 'node:path'
import { Secret, TOTP } from 'otpauth'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import type { Role } from '../../rules/flow.ts'
import type { Api } from '../support/api.ts'
import { PASSWORD, startGateway, type TestGateway } from '../support/gateway.ts'
import { quietSite } from '../support/sites.ts'
import { until } from '../support/wait.ts'
import { go, openBrowser, openScreen, type Screen, signIn } from './browser.ts'

const shots = process.env.GATEHOUSE_SHOTS
const real = createClock()
let shift = 0
const clock = { ...real, now: () => real.now() + shift }
const codeOf = (secret: string): string =>
  new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({ timestamp: clock.now() })

let browser: Browser
let g: TestGateway
let as: Record<Role, Api>
/** A name instead of an address of numbers: where passkeys work. */
let named = ''
beforeAll(async () => {
  browser = await openBrowser()
  g = await startGateway({ site: quietSite, clock })
  as = await g.people()
  named = g.url.replace('127.0.0.1', 'localhost')
})
afterAll(async () => {
  await browser?.close()
  await g?.stop()
})

/** A device with a finger on it, as Chromium plays it. */
async function withFinger(page: Page): Promise<{ readonly cdp: CDPSession; readonly id: string }> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  return { cdp, id: authenticatorId }
}
const shot = async (page: Page, name: string) =>
  shots ? void (await page.screenshot({ path: join(shots, `signin-${name}.png`), fullPage: true })) : undefined
const signOut = async (page: Page) => {
  await page.getByRole('button', { name: 'Sign out' }).last().click()
  await page.waitForSelector('input[name=username]')
}

describe('who somebody is, on the screens', { timeout: 120_000 }, () => {
  let screen: Screen
  let page: Page
  let secret = ''
  let codes: string[] = []

  it('an app is set up: picture, secret, first code, recovery codes once', async () => {
    screen = await openScreen(browser, named, { lang: 'en' })
    page = screen.page
    await signIn(page, 'operator', PASSWORD)
    await go(page, '/settings/me')
    await page.getByText('Off: the password alone signs you in.').waitFor()
    await page.getByRole('button', { name: 'Set up an authenticator app' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('input[type=password]').fill('not the password')
    await dialog.getByRole('button', { name: 'Set up an authenticator app' }).click()
    await dialog.getByText('The user name or the password is wrong').waitFor()
    await dialog.locator('input[type=password]').fill(PASSWORD)
    await dialog.getByRole('button', { name: 'Set up an authenticator app' }).click()
    await page.getByRole('img', { name: 'Code to scan with the authenticator app' }).waitFor()
    secret = await page.locator('.app-code span.mono').innerText()
    await shot(page, 'setup')
    await page.fill('input[name=code]', '000000')
    await page.keyboard.press('Enter')
    await page.getByText(/The code is not right\. At the gateway it is/).waitFor()
    await page.fill('input[name=code]', codeOf(secret))
    await page.keyboard.press('Enter')
    await page.locator('.kept-codes').waitFor()
    codes = await page.locator('.kept-codes li').allInnerTexts()
    expect(codes).toHaveLength(10)
    await shot(page, 'codes')
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByText(/On since .*: signing in asks for a code/).waitFor()
    expect(await page.content()).not.toContain(codes[0])
  })

  it('a passkey is added, named, and signs in without a password; an answer is good once', async () => {
    await withFinger(page)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('input').first().fill('desk key')
    await dialog.locator('input[type=password]').fill(PASSWORD)
    await dialog.getByRole('button', { name: 'Add a passkey' }).click()
    const line = page.locator('tr', { hasText: 'localhost' })
    await line.getByText('desk key').waitFor()
    await line.getByRole('button', { name: 'Rename' }).click()
    await dialog.locator('input').fill('desk key, left drawer')
    await dialog.getByRole('button', { name: 'Rename' }).click()
    await line.getByText('desk key, left drawer').waitFor()
    await line.getByText('not yet').waitFor()
    await shot(page, 'me')
    await signOut(page)
    await shot(page, 'page')
    const sent = page.waitForRequest(one => one.url().endsWith('/session/passkey'))
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    const body = (await sent).postDataJSON() as object
    await page.waitForSelector('nav.rail')
    expect((await as.admin.get('/api/v1/sessions?everybody=true')).body.items[0]).toMatchObject({
      ...{ user: 'operator', how: 'passkey' },
    })
    const origin = { origin: named, host: new URL(named).host }
    const again = await g.stranger.post('/api/v1/session/passkey', body, { origin: named })
    expect([again.status, origin.origin]).toEqual([403, named])
    const replayed = await page.evaluate(async text => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch('/api/v1/session/passkey', { method: 'POST', headers, body: text })
      return ((await answer.json()) as { code?: string }).code
    }, JSON.stringify(body))
    expect(replayed).toBe('passkey-over')
  })

  it('a passkey whose counter stands still is a copy, and is refused', async () => {
    const [kept] = g.deps.signIn.factors.passkeysOf('operator')
    expect(kept!.counter).toBeGreaterThan(0)
    // As if the other one had been used a thousand times meanwhile.
    g.deps.signIn.factors.touchPasskey(kept!.id, kept!.counter + 1000, false, clock.now())
    await go(page, '/settings/me')
    await signOut(page)
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByText('there may be a copy of it').waitFor()
    expect((await as.admin.get('/api/v1/trail?limit=20')).body.items.find(e => e.kind === 'passkey')).toMatchObject({
      ...{ id: 'operator', action: 'copied' },
    })
  })

  it('after the password the code is asked for; a recovery code does it, too', async () => {
    for (const give of [() => codeOf(secret), () => codes[0]!]) {
      shift += 60_000
      await page.fill('input[name=username]', 'operator')
      await page.fill('input[name=password]', PASSWORD)
      await page.keyboard.press('Enter')
      await page.waitForSelector('input[name=code]')
      await shot(page, 'code')
      await page.fill('input[name=code]', give())
      await page.keyboard.press('Enter')
      await page.waitForSelector('nav.rail')
      await go(page, '/settings/me')
      if (give() !== codes[0]) await signOut(page)
    }
    await page.getByRole('button', { name: 'New recovery codes (9 left)' }).waitFor()
  })

  it('an administrator sees who is signed in, ends it, and takes a lost factor away; the person is told', async () => {
    const desk = await openScreen(browser, g.url, { lang: 'en' })
    await signIn(desk.page, 'admin', PASSWORD)
    await go(desk.page, '/settings/people')
    await desk.page.getByText("is nobody's own").waitFor()
    await shot(desk.page, 'people')
    const running = desk.page.locator('tr', { hasText: 'password and recovery code' })
    await running.getByText('Chrome on Linux').waitFor()
    await running.getByRole('button', { name: 'End', exact: true }).click()
    await page.waitForSelector('input[name=username]')
    await desk.page
      .locator('tr', { hasText: 'operator' })
      .getByRole('button', { name: 'Take second factor away' })
      .click()
    const dialog = desk.page.getByRole('dialog')
    await dialog.locator('input').fill('phone fell into the sump')
    await shot(desk.page, 'take')
    await dialog.getByRole('button', { name: 'Take second factor away' }).click()
    await desk.page.getByRole('button', { name: 'Take second factor away' }).waitFor({ state: 'detached' })
    // By the address of numbers, and in Chinese: passkeys cannot be, and that is said.
    const other = await openScreen(browser, g.url)
    expect(await other.page.getByRole('button', { name: '通行密钥' }).count()).toBe(0)
    await signIn(other.page, 'operator', PASSWORD)
    await other.page.getByText(/admin 于 .* 取消了您的第二因素/).waitFor()
    await other.page.getByRole('button', { name: '我已知悉' }).click()
    await other.page.getByText('您的账号有变动').waitFor({ state: 'detached' })
    await go(other.page, '/settings/me')
    await other.page.getByText(/通行密钥须绑定主机名，而本页是按 IP 地址 127\.0\.0\.1 打开的/).waitFor()
    for (const one of [desk, other]) {
      expect([...one.complaints, ...one.outside]).toEqual([])
      await one.close()
    }
  })

  it('where a role demands it, whoever has none sets it up at the sign-in', async () => {
    const rule = { factor: true, idleMs: 3_600_000, absoluteMs: 86_400_000 }
    await as.admin.put('/api/v1/sign-in-rules/guard', rule)
    const guard = await openScreen(browser, g.url, { width: 390 })
    await guard.page.fill('input[name=username]', 'guard')
    await guard.page.fill('input[name=password]', PASSWORD)
    await guard.page.keyboard.press('Enter')
    const own = await guard.page.locator('.app-code span.mono').innerText()
    await shot(guard.page, 'enrol-390')
    await guard.page.fill('input[name=code]', codeOf(own))
    await guard.page.keyboard.press('Enter')
    await guard.page.getByRole('button', { name: '我已保管好' }).click()
    await guard.page.waitForSelector('nav.rail')
    await until('no page wider than its window', () =>
      guard.page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
    )
    expect([...guard.complaints, ...guard.outside, ...screen.complaints, ...screen.outside]).toEqual([])
  })
})
