import type { VisitView } from '../../../gateway/http/contract.ts'
import { visitsWithEntries } from '../../../rules/access/gate.ts'
import { formatWhen, plain } from '../format.ts'
import { fromVisit } from '../gate/answer.ts'
import type { GateNow } from '../gate/useGate.ts'
import { useText } from '../text/index.ts'
import { Icon } from './Icon.tsx'
import { Note } from './notes.tsx'

/** The rack of duplicates, how many are inside, who is expected, what just happened. */
export function GateSide({ now, zone }: { readonly now: GateNow; readonly zone: string }) {
  const { t, of, lang } = useText()
  const { panel, queue, conflicts, downSince } = now
  const odd = [
    ...conflicts.map(c => ({ key: `own ${c.n}`, name: c.name, text: c.text })),
    ...(panel?.conflicts ?? [])
      .filter(c => !conflicts.some(own => own.n === c.n && own.name === c.name))
      .map(c => ({ key: `${c.seq}`, name: c.name, text: c.text })),
  ]
  const waiting = [...queue].reverse().map(e => ({ ...e, key: `q ${e.n}`, pending: true, text: null }))
  const told = (panel?.recent ?? []).map(e => ({ ...e, key: `${e.seq}`, pending: false }))
  const recent = [...waiting, ...told.filter(e => !waiting.some(w => w.n === e.n && w.no === e.no))].slice(0, 12)
  const visits: readonly VisitView[] = visitsWithEntries(panel?.visits ?? [], queue)
  const most = Math.max(10, Math.ceil((Math.max(0, ...(panel?.held ?? []).map(h => h.slot)) + 1) / 10) * 10)
  const colours = new Map((panel?.held ?? []).map(h => [h.company?.name ?? '', h.company?.colour ?? '#ffffff']))
  return (
    <aside className="gside">
      {downSince === null ? null : (
        <Note sort="q" icon="off">
          {panel
            ? t('gate.panelOld', { time: formatWhen(Date.parse(panel.now), Date.now(), lang, zone) })
            : t('gate.panelNone')}
        </Note>
      )}
      {odd.length > 0 ? (
        <Note sort="high" icon="warn" title={t('gate.conflicts', { n: odd.length })} role="alert">
          <ul className="plain">
            {odd.slice(0, 6).map(c => (
              <li key={c.key}>
                <b>
                  <bdi>{plain(c.name)}</bdi>
                </b>{' '}
                {c.text ? of(c.text) : ''}
              </li>
            ))}
          </ul>
        </Note>
      ) : null}
      <section className="card" aria-label={t('gate.rack')}>
        <div className="card-h">
          <h2>{t('gate.rack')}</h2>
          <b className="ml fig2" data-held={panel?.contractors ?? ''}>
            {panel?.contractors ?? '–'}
          </b>
        </div>
        <ol className="sg">
          {Array.from({ length: most }, (_, i) => i + 1).map(slot => {
            const held = panel?.held.find(h => h.slot === slot)
            return (
              <li
                key={slot}
                className={held ? 'on' : ''}
                style={held ? { background: held.company?.colour ?? '#ffffff' } : {}}
                title={held ? `${plain(held.name)} ${held.no}` : undefined}
              >
                <span>{slot}</span>
              </li>
            )
          })}
        </ol>
        <div className="card-f row wrap g3" hidden={colours.size === 0}>
          {[...colours].map(([name, colour]) => (
            <span key={name} className="sw">
              <i style={{ background: colour }} aria-hidden="true" />
              {name === '' ? t('gate.otherFirms') : plain(name)}
            </span>
          ))}
        </div>
      </section>
      <section className="card in3" aria-label={t('gate.inside')}>
        {(
          [
            ['inside', (panel?.contractors ?? 0) + (panel?.visitors ?? 0)],
            ['contractors', panel?.contractors],
            ['visitors', panel?.visitors],
            ['overnight', panel?.overnight],
          ] as const
        ).map(([name, n]) => (
          <div key={name} className={name === 'overnight' && n ? 'hit' : ''}>
            <small>{t(`gate.${name}`)}</small>
            <b data-figure={name}>{panel ? n : '–'}</b>
          </div>
        ))}
      </section>
      <section className="card" aria-label={t('gate.expected')}>
        <div className="card-h">
          <h2>{t('gate.expected')}</h2>
          {visits.length > 0 ? <kbd className="ml">F2</kbd> : null}
        </div>
        {panel && visits.length === 0 ? <p className="pd dim">{t('gate.nobodyExpected')}</p> : null}
        <ul className="gl">
          {visits.map(v => (
            <li key={v.id} data-visit={v.no}>
              <div>
                <b>
                  <bdi>{plain(v.name)}</bdi>
                  {v.people > 1 ? ` ×${v.people}` : ''}
                </b>
                <span>
                  {plain(v.host)}
                  {v.spaceName ? ` · ${of(v.spaceName)}` : ''}
                </span>
                <span className="dim">{t(`visitPhase.${v.phase}`)}</span>
              </div>
              <button type="button" className="btn sm ml" onClick={() => now.show(fromVisit(v))}>
                {t(v.phase === 'inside' ? 'gate.out' : v.phase === 'requested' ? 'gate.show' : 'gate.in')}
              </button>
            </li>
          ))}
        </ul>
      </section>
      <section className="card" aria-label={t('gate.justNow')}>
        <div className="card-h">
          <h2>{t('gate.justNow')}</h2>
        </div>
        <ul className="gl">
          {recent.map(e => (
            <li key={e.key} data-entry={e.no} data-pending={e.pending}>
              <time>{formatWhen(Date.parse(e.at), Date.now(), lang, zone)}</time>
              <b>
                <bdi>{plain(e.name)}</bdi>
              </b>
              <span>{t(e.direction === 'in' ? 'gate.in' : 'gate.out')}</span>
              <span className={e.pending ? 'q-t' : 'dim'}>
                {e.pending ? (
                  <>
                    <Icon name="clock" /> {t('gate.pending')}
                  </>
                ) : (
                  t(`gate.how.${e.how}`)
                )}
              </span>
            </li>
          ))}
        </ul>
        {panel && recent.length === 0 ? <p className="pd dim">{t('gate.nothingYet')}</p> : null}
      </section>
    </aside>
  )
}
