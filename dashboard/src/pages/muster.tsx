import type { MusterView } from '../../../gateway/http/contract.ts'
import { useMuster } from '../access.ts'
import { useMe } from '../api.ts'
import { formatDay, formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { Button } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import './doors.css'

type There = Omit<MusterView['unknown'][number], 'kind'> & { readonly kind: string }

/** Who is inside, to be taken to the place where people gather: on paper, with a box for each who was found. */
export default function Muster() {
  const { t, of, lang } = useText()
  const { timezone, name: site } = useMe().site
  const query = useMuster()
  const when = (at: string | null) => (at === null ? '—' : formatWhen(Date.parse(at), serverNow(), lang, timezone))
  const kindOf = (one: MusterView['unknown'][number]): There => ({ ...one, kind: t(`personKind.${one.kind}`) })
  const list = (title: string, people: readonly There[]) =>
    people.length === 0 ? null : (
      <section className="card" aria-label={title}>
        <div className="card-h">
          <h2>{title}</h2>
          <b className="ml">{people.length}</b>
        </div>
        <ul className="drs-e">
          {people.map(one => (
            <li key={one.person}>
              <label className="row">
                <input type="checkbox" aria-label={t('doors.musterSeen')} />
                <b>
                  <bdi>{plain(one.name)}</bdi>
                </b>
              </label>
              <span>{[one.kind, one.company && plain(one.company), plain(one.phone)].filter(Boolean).join(' · ')}</span>
              <span>
                {one.lastDoor
                  ? t('doors.musterLast', { door: of(one.lastDoor), at: when(one.at) })
                  : one.at
                    ? t('doors.musterSince', { at: when(one.at) })
                    : ''}
              </span>
            </li>
          ))}
        </ul>
      </section>
    )
  return (
    <Page title={t('doors.muster')}>
      <Loaded query={query} what={t('doors.muster')}>
        {view => (
          <div className="col g3 muster">
            <div className="row wrap">
              <b className="mu-s">{of(site)}</b>
              <span>{t('doors.musterSub', { n: view.people, at: formatDay(Date.parse(view.at), timezone) })}</span>
              <span className="ml rp-x">
                <Button onClick={() => window.print()}>{t('doors.print')}</Button>
              </span>
            </div>
            {view.people === 0 && view.calls.length === 0 ? (
              <section className="card">
                <Empty icon="person" title={t('doors.musterNobody')} why={t('doors.musterNobodyWhy')} />
              </section>
            ) : null}
            {view.calls.length > 0 ? (
              <section className="card" aria-label={t('doors.musterCalls')}>
                <div className="card-h">
                  <h2>{t('doors.musterCalls')}</h2>
                  <b className="ml">{view.calls.length}</b>
                </div>
                <ul className="drs-e">
                  {view.calls.map(call => (
                    <li key={call.id}>
                      <b>{of(call.name)}</b>
                      <span>{of(call.text)}</span>
                      <span>{when(call.at)}</span>
                    </li>
                  ))}
                </ul>
              </section>
            ) : null}
            {list(t('doors.musterUnknown'), view.unknown.map(kindOf))}
            {view.areas.map(area => (
              <div key={area.id}>{list(of(area.name), area.people.map(kindOf))}</div>
            ))}
            {list(t('doors.musterDuplicates'), onlyAtGate(view, t('personKind.contractor')))}
            {list(
              t('doors.musterVisitors'),
              view.visitors.map(v => visitorOf(v, t, of)),
            )}
            <p className="mu-f">{t('doors.musterSign')}</p>
          </div>
        )}
      </Loaded>
    </Page>
  )
}

/** Whose duplicate lies at the gate and whom no list above has: nobody is to be ticked off twice. */
function onlyAtGate(view: MusterView, kind: string): There[] {
  const listed = new Set([...view.unknown, ...view.areas.flatMap(area => area.people)].map(one => one.person))
  return view.duplicates
    .filter(d => !listed.has(d.person))
    .map(d => ({ ...d, kind, phone: d.no, lastDoor: null, at: null }))
}
/** A visitor with those who came with him. */
function visitorOf(
  v: MusterView['visitors'][number],
  t: ReturnType<typeof useText>['t'],
  of: ReturnType<typeof useText>['of'],
): There {
  const more = v.people === 1 ? '' : ` ×${v.people}`
  const where = [t('visits.toHost', { host: plain(v.host) }), v.space && of(v.space)].filter(Boolean).join(' · ')
  return { ...v, person: v.visit, name: `${v.name}${more}`, kind: where, lastDoor: null }
}
