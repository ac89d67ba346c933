import type { MusterView } from '../../../gateway/http/contract.ts'
import { useMuster } from '../access.ts'
import { useMe } from '../api.ts'
import { formatWhen, plain } from '../format.ts'
import { Button } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import './doors.css'

type There = MusterView['unknown'][number]

/** Who is inside, to be taken to the place where people gather: on paper, with a box for each who was found. */
export default function Muster() {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const query = useMuster()
  const when = (at: string | null) => (at === null ? '—' : formatWhen(Date.parse(at), Date.now(), lang, timezone))
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
              <span>
                {[t(`personKind.${one.kind}`), one.company && plain(one.company), plain(one.phone)]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
              <span>{t('doors.musterLast', { door: one.lastDoor ? of(one.lastDoor) : '—', at: when(one.at) })}</span>
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
              <b>{t('doors.musterSub', { n: view.people, at: when(view.at) })}</b>
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
            {list(t('doors.musterUnknown'), view.unknown)}
            {view.areas.map(area => (
              <div key={area.id}>{list(of(area.name), area.people)}</div>
            ))}
            {list(
              t('doors.musterDuplicates'),
              view.duplicates.map(d => ({ ...d, kind: 'contractor', phone: d.no, lastDoor: null, at: null })),
            )}
          </div>
        )}
      </Loaded>
    </Page>
  )
}
