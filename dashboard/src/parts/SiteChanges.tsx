import type { Json, SiteChange } from '../../../rules/sitechange.ts'
import { formatNumber, plain } from '../format.ts'
import { useText } from '../text/index.ts'

/** More than these are not drawn; how many there are stands below them. */
const MOST = 200

/** What is different between two versions of the site, as a person says it: what, which word of it, was, will be. */
export function SiteChanges({ changes, count = changes.length }: { changes: readonly SiteChange[]; count?: number }) {
  const { t, of, code } = useText()
  return (
    <>
      <table className="tbl flow chg">
        <thead>
          <tr>
            <th>{t('changes.what')}</th>
            <th>{t('changes.was')}</th>
            <th>{t('changes.is')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.slice(0, MOST).map(change => {
            const { section, path, name, was, is, order, weight } = change
            const words = path.slice(1).filter(word => word !== 'points')
            const last = words.at(-1) ?? (path.length === 1 && isWhole(was, is) ? null : path[0])
            return (
              <tr key={[section, ...path, order].join('/')}>
                <td className="wide">
                  <span className="lead">
                    {code('siteSection', section)}
                    {name ? ` ${of(name)}` : ''}
                    {order ? `: ${t('changes.order')}` : ''}
                  </span>
                  <div className="cap">
                    {[
                      ...(path[0] === undefined ? [] : [plain(path[0])]),
                      ...words.map(word => code('siteWord', word)),
                    ].join(' › ')}
                  </div>
                  {weight ? <div className="cap">{t(`changes.weight.${weight}`)}</div> : null}
                </td>
                <td className="brk">
                  <Side value={was} word={last ?? null} none={t('changes.notThere')} />
                </td>
                <td className="brk">
                  <b>
                    <Side value={is} word={last ?? null} none={t('changes.gone')} />
                  </b>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {count > Math.min(changes.length, MOST) ? (
        <div className="cap">{t('changes.more', { n: count - Math.min(changes.length, MOST) })}</div>
      ) : null}
    </>
  )
}

const isWhole = (was: Json | null, is: Json | null) => typeof (was ?? is) === 'object'

/** One side of a change. @param word of what it is: times are told in seconds */
function Side({ value, word, none }: { value: Json | null; word: string | null; none: string }) {
  const { t, of, lang, code } = useText()
  if (value === null) return <span className="dim">{none}</span>
  if (typeof value === 'boolean') return t(value ? 'changes.yes' : 'changes.no')
  if (typeof value === 'number') {
    if (word === 'scanMs' || word?.endsWith('Ms')) return `${formatNumber(value / 1000, lang)} s`
    return word?.endsWith('S') ? `${formatNumber(value, lang)} s` : String(value)
  }
  if (typeof value === 'string') return word === 'severity' ? code('severity', value) : plain(value)
  if (!Array.isArray(value)) {
    const both = value as { readonly 'zh-CN'?: unknown; readonly en?: unknown }
    if (typeof both['zh-CN'] === 'string' && typeof both.en === 'string')
      return of({ 'zh-CN': both['zh-CN'], en: both.en })
    return (
      <details>
        <summary>{t('changes.entry')}</summary>
        <pre className="mono">{plain(JSON.stringify(value, null, 1))}</pre>
      </details>
    )
  }
  const flat = (value as readonly unknown[]).every(one => typeof one !== 'object')
  return <span className="mono">{plain(flat ? (value as readonly unknown[]).join(', ') : JSON.stringify(value))}</span>
}
