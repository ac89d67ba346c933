import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string; readonly target: readonly unknown[] }[]
}

/** What axe finds on a page that is serious or critical: the rule, and where. */
export async function axeFinds(page: Page): Promise<string[]> {
  await page.evaluate(`window.axe || (() => { ${source} })()`)
  const found = (await page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(result => result.violations)`,
  )) as readonly Violation[]
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(node => `${id}: ${node.html.slice(0, 160)}`))
}

/** By how much the page is wider than its window, px. */
export const tooWide = async (page: Page): Promise<number> =>
  Number(await page.evaluate('Math.max(0, document.documentElement.scrollWidth - innerWidth)'))

/** Waits until a page has got what it asked for and has drawn it; what it asks for again and again is not waited for. */
export function watchSettled(page: Page): () => Promise<void> {
  const under = new Set<object>()
  page.on('request', request => under.add(request))
  page.on('requestfinished', request => under.delete(request))
  page.on('requestfailed', request => under.delete(request))
  const frame = () => page.evaluate('new Promise(done => requestAnimationFrame(() => setTimeout(done)))')
  return async () => {
    // Twice in a row: what came may ask for more.
    for (let quiet = 0, tries = 0; quiet < 2 && tries < 200; tries++) {
      await frame()
      quiet = under.size === 0 ? quiet + 1 : 0
      if (under.size > 0) await new Promise(done => setTimeout(done, 20))
    }
  }
}
