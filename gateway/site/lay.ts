import { applyEdits, type JSONPath, modify } from 'jsonc-parser'
import { fits, namedBy, placeOf, type SiteChange } from '../../rules/sitechange.ts'

const formattingOptions = { insertSpaces: true, tabSize: 2 }

/**
 * Lays changes over a site.json that may have changed since they were thought of; everything else stays as it is written.
 * One that no longer fits is left out and told: what it was to replace is not there as it was.
 * @param force lays it all the same, where there is still a place for it; it is told nevertheless
 * @throws SyntaxError when the text is no JSON
 */
export function laid(
  source: string,
  changes: readonly SiteChange[],
  force = false,
): { readonly text: string; readonly clashes: readonly SiteChange[] } {
  let text = source.replace(/^\uFEFF/, '')
  let site: unknown = JSON.parse(text)
  const clashes: SiteChange[] = []
  for (const change of changes) {
    const at = placeOf(site, change.section, change.path)
    if (!at || !fits(site, change)) {
      clashes.push(change)
      if (!force || !at || change.order) continue
    }
    const steps = at.steps as JSONPath
    let value: unknown = change.is ?? undefined
    if (change.order) {
      const list = at.node as readonly Record<string, unknown>[]
      const by = namedBy(list as never)!
      value = (change.is as readonly string[]).map(id => list.find(one => one[by] === id))
    }
    // The first entry of a section that is not there makes the section.
    const fresh = steps.length === 2 && steps[1] === 0 && (site as Record<string, unknown>)[steps[0]!] === undefined
    const adds = at.node === undefined && typeof steps.at(-1) === 'number' && !fresh
    const edits = fresh
      ? modify(text, [steps[0]!], [value], { formattingOptions })
      : modify(text, steps, value, { formattingOptions, isArrayInsertion: adds })
    text = applyEdits(text, edits)
    site = JSON.parse(text)
  }
  return { text, clashes }
}
