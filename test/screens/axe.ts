import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly impact: string | null
  readonly nodes: readonly { readonly html: string; readonly target: readonly unknown[] }[]
}

/**
 * What axe finds on a page that is serious or critical: the rule, and where. Rules whose finds are never more than moderate
 * are not run, and style sheets not fetched a second time: nothing that would be answered comes of either.
 */
export async function axeFinds(page: Page): Promise<string[]> {
  await page.evaluate(`window.axe || (() => { ${source} })()`)
  const found = (await page.evaluate(`(() => {
    const rules = axe._audit.rules.filter(rule => rule.enabled && !rule.tags.includes('experimental'))
    const ids = rules.filter(rule => !['minor', 'moderate'].includes(rule.impact)).map(rule => rule.id)
    const options = { resultTypes: ['violations'], preload: false, runOnly: { type: 'rule', values: ids } }
    return axe.run(document, options).then(result => result.violations)
  })()`)) as readonly Violation[]
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
