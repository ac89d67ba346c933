import { Link } from 'wouter'
import type { HandoverCrewView } from '../../../gateway/http/contract.ts'
import { useMe } from '../api.ts'
import { formatDay, plain } from '../format.ts'
import { useCrews, useHandovers } from '../handover.ts'
import { serverNow } from '../live.ts'
import { Page } from '../parts/Frame.tsx'
import { Preparing } from '../parts/handover/Preparing.tsx'
import { Sections } from '../parts/handover/Sections.tsx'
import { Signing } from '../parts/handover/Signing.tsx'
import { shiftText } from '../parts/handover/words.ts'
import { Empty, Loaded, Note } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import './runbooks.css'
import './handover.css'

/** The sheet of each crew as it is being filled in, and those that both have signed. */
export default function Handover({ crew }: { readonly crew: string | undefined }) {
  const { t, of } = useText()
  const query = useCrews(5000)
  return (
    <Page title={t('handover.title')} sub={t('handover.sub')}>
      <Loaded query={query} what={t('handover.title')}>
        {crews => {
          const shown = crews.find(c => c.id === crew) ?? crews[0]
          if (!shown)
            return (
              <section className="card">
                <Empty icon="handover" title={t('handover.noCrews')} why={t('handover.noCrewsWhy')} />
              </section>
            )
          return (
            <div className="col g3">
              {crews.length > 1 ? (
                <nav className="tabs" aria-label={t('handover.crews')}>
                  {crews.map(c => (
                    <Link
                      key={c.id}
                      href={`/handover/${encodeURIComponent(c.id)}`}
                      aria-current={c.id === shown.id ? 'page' : undefined}
                    >
                      {of(c.name)}
                    </Link>
                  ))}
                </nav>
              ) : null}
              <One key={shown.id} crew={shown} />
            </div>
          )
        }}
      </Loaded>
    </Page>
  )
}

function One({ crew }: { readonly crew: HandoverCrewView }) {
  const { t, of } = useText()
  const { duty, sheet } = crew
  const names = duty.names.map(plain).join(t('common.listSep'))
  return (
    <>
      <Note icon="person" title={t('handover.duty', { names: names || t('handover.nobody') })}>
        {t(duty.byClock ? 'handover.byClock' : 'handover.bySignature')}
      </Note>
      {sheet ? (
        <div className="ho">
          <div className="col g3">
            <Head crew={crew} />
            <Sections crew={crew.id} sheet={sheet} />
          </div>
          <div className="col g3">
            <Signing crew={crew} sheet={sheet} />
            <Preparing key={sheet.id} crew={crew.id} sheet={sheet} />
          </div>
        </div>
      ) : (
        <section className="card">
          <Empty icon="clock" title={t('handover.noSheet', { crew: of(crew.name) })} why={t('handover.noSheetWhy')} />
        </section>
      )}
      <Past crew={crew.id} />
    </>
  )
}

function Head({ crew: { sheet } }: { readonly crew: HandoverCrewView }) {
  const { t, of } = useText()
  const { timezone } = useMe().site
  if (!sheet) return null
  const late = sheet.dueAt !== null && Date.parse(sheet.dueAt) < serverNow()
  return (
    <section className="card" aria-label={t('handover.sheet')}>
      <div className="card-h wrap">
        <h2 className="mono">{sheet.no}</h2>
        <span className="ho-b">{t(`handover.phase.${sheet.phase}`)}</span>
        <Link className="btn sm ml" href={`/handover/sheet/${encodeURIComponent(sheet.id)}`}>
          {t('handover.print')}
        </Link>
      </div>
      <dl className="ho-d">
        <dt>{t('handover.outgoing')}</dt>
        <dd>
          {shiftText(sheet.served, of)}
          <div className="cap">{sheet.outgoing.map(plain).join(t('common.listSep'))}</div>
        </dd>
        <dt>{t('handover.incoming')}</dt>
        <dd>
          {sheet.relieved ? shiftText(sheet.relieved, of) : '—'}
          <div className="cap">{sheet.relieved?.who.map(plain).join(t('common.listSep'))}</div>
        </dd>
        <dt>{t('handover.due')}</dt>
        <dd className={late ? 'late' : ''}>{sheet.dueAt ? formatDay(Date.parse(sheet.dueAt), timezone) : '—'}</dd>
        <dt>{t('handover.entries')}</dt>
        <dd>
          {t('handover.entriesOf', { from: sheet.entries.from + 1, to: sheet.entries.to })}
          {sheet.checkpoint ? null : <div className="cap">{t('handover.notCut')}</div>}
        </dd>
      </dl>
    </section>
  )
}

function Past({ crew }: { readonly crew: string }) {
  const { t, of } = useText()
  const { timezone } = useMe().site
  const query = useHandovers(crew)
  return (
    <section className="card" aria-label={t('handover.past')}>
      <div className="card-h">
        <h2>{t('handover.past')}</h2>
      </div>
      <Loaded query={query} what={t('handover.past')}>
        {list =>
          list.length === 0 ? (
            <Empty icon="handover" title={t('handover.noPast')} why={t('handover.noPastWhy')} />
          ) : (
            <ul className="runs">
              {list.map(s => (
                <li key={s.id}>
                  <Link className="run-l ho-p" href={`/handover/sheet/${encodeURIComponent(s.id)}`}>
                    <b className="mono">{s.no}</b>
                    <span>{shiftText(s.served, of)}</span>
                    <span className="cap">
                      {plain(s.signedOut?.name ?? '')} → {plain(s.signedIn?.name ?? '')}
                      {s.signedIn ? ` · ${formatDay(Date.parse(s.signedIn.at), timezone)}` : ''}
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </section>
  )
}
