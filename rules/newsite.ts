/** A site that is made on a page: its names and ids. Pure. */

export interface NewSite {
  readonly name: { readonly 'zh-CN': string; readonly en: string }
  /** As of the IANA list. */
  readonly timezone: string
}

/**
 * An id from a name: small letters, digits and dashes. Names without any Latin letter get the fallback.
 * @param taken ids that are in use: a number is added
 */
export function idOf(name: string, fallback: string, taken: ReadonlySet<string> = new Set()): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 48)
    .replace(/-+$/, '')
  const id = words === '' ? fallback : words
  if (!taken.has(id)) return id
  for (let n = 2; ; n++) if (!taken.has(`${id}-${n}`)) return `${id}-${n}`
}

/** site.json of a box that has nothing but a name: with the lists that are filled next, so that each change is small. */
export const newSiteText = ({ name, timezone }: NewSite): string =>
  `${JSON.stringify(
    {
      site: { id: idOf(name.en, 'site'), name, timezone },
      spaces: [],
      channels: [],
      equipment: [],
      packs: [],
      rules: [],
    },
    null,
    2,
  )}\n`
