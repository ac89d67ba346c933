import type { HandoverSheetView } from '../../../gateway/http/contract.ts'
import { useMe } from '../api.ts'
import { formatDay, plain } from '../format.ts'
import { useHandover } from '../handover.ts'
import { Back } from '../parts/Back.tsx'
import { Button } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { shiftText } from '../parts/handover/words.ts'
import { Loaded, Note } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import './runbooks.css'
import './handover.css'

/** One sheet for paper [F01]: what was handed over, both signatures, and what of the trail they cover. */
export default function HandoverSheet({ id }: { readonly id: string }) {
  const { t } = useText()
  const query = useHandover(id)
  return (
    <Page title={t('handover.sheet')} sub={query.data?.no}>
      <Loaded query={query} what={t('handover.sheet')}>
        {sheet => <Paper sheet={sheet} />}
      </Loaded>
    </Page>
  )
}

function Paper({ sheet }: { readonly sheet: HandoverSheetView }) {
  const { t, of, code } = useText()
  const { name: site, timezone } = useMe().site
  const when = (at: string) => formatDay(Date.parse(at), timezone)
  const sep = t('common.listSep')
  const part = (name: string, value: string) => (
    <div className="rp-r">
      <dt>{name}</dt>
      <dd>{value === '' ? '—' : value}</dd>
    </div>
  )
  const signed = (one: HandoverSheetView['signedOut']) =>
    one ? `${plain(one.name)} ${when(one.at)} (${t(`handover.way.${one.how}`)})` : ''
  const drawn = (one: HandoverSheetView['signedOut'], which: 'out' | 'in') =>
    one?.picture ? (
      <img
        className="signed"
        src={`/api/v1/handovers/${encodeURIComponent(sheet.id)}/signatures/${which}`}
        alt={t('handover.picture', { name: plain(one.name) })}
      />
    ) : null
  const relief = sheet.relief.map(r => {
    const how = r.fit ? (r.insteadOf ? t('handover.insteadOf', { name: plain(r.insteadOf) }) : '') : t('handover.unfit')
    return how === '' ? plain(r.name) : `${plain(r.name)} (${how})`
  })
  const words = t('handover.kind', { returnObjects: true }) as Readonly<Record<string, string>>
  const { checkpoint } = sheet
  return (
    <div className="rp">
      <div className="row wrap g2 bar-h rp-x">
        <Back href={`/handover/${encodeURIComponent(sheet.crew)}`}>{t('handover.title')}</Back>
        <Button onClick={() => window.print()}>{t('doors.print')}</Button>
        {sheet.signedIn ? null : <b className="late">{t(`handover.phase.${sheet.phase}`)}</b>}
      </div>
      <article className="card rp-p">
        <h2>{t('handover.sheet')}</h2>
        <div className="row wrap g3">
          <span>{of(site)}</span>
          <b>{of(sheet.crewName)}</b>
          <span className="mono">{sheet.no}</span>
        </div>
        <dl>
          {part(t('handover.outgoing'), `${shiftText(sheet.served, of)}  ${sheet.outgoing.map(plain).join(sep)}`)}
          {part(
            t('handover.incoming'),
            `${sheet.relieved ? shiftText(sheet.relieved, of) : ''}  ${relief.join(sep)}`.trim(),
          )}
          {part(
            t('handover.checks'),
            sheet.checks.map(c => `${of(c.name)}${t('common.colon')}${c.by === null ? '—' : plain(c.by)}`).join('\n'),
          )}
          {part(
            t('handover.counts'),
            sheet.counts
              .map(
                c =>
                  `${of(c.name)}${t('common.colon')}${c.n ?? '—'} / ${c.count}${c.remark === '' ? '' : ` · ${plain(c.remark)}`}`,
              )
              .join('\n'),
          )}
          {part(t('handover.notes'), sheet.notes.map(n => `${plain(n.text)} (${plain(n.by)})`).join('\n'))}
          {part(
            t('handover.refusals'),
            sheet.refused.map(r => `${when(r.at)} ${t(`handover.refusal.${r.code}`)} · ${plain(r.words)}`).join('\n'),
          )}
        </dl>
        {sheet.sections.map(section => (
          <section key={section.id}>
            <h3 className="ho-3">
              {of(section.name)} ({section.lines.length})
            </h3>
            <ul className="ho-l">
              {section.lines.map(line => (
                <li key={line.key}>
                  {of(line.text)}{' '}
                  <span className="cap">
                    {words[line.kind] ?? line.kind}
                    {line.since ? (
                      <>
                        {' · '}
                        <span className="nw">{when(line.since)}</span>
                      </>
                    ) : null}
                  </span>
                  {line.remark ? <div>→ {plain(line.remark.text)}</div> : null}
                </li>
              ))}
            </ul>
          </section>
        ))}
        <h3>{t('handover.checkpoint')}</h3>
        {sheet.verified ? (
          <Note
            sort={sheet.verified === 'fits' ? 'yes' : 'no'}
            icon={sheet.verified === 'fits' ? 'check' : 'x'}
            title={t(`handover.verified.${sheet.verified}`)}
          />
        ) : null}
        <dl>
          {part(
            t('handover.entries'),
            `${t('handover.entriesOf', { from: sheet.entries.from + 1, to: sheet.entries.to })}\n${sheet.entries.kinds
              .map(k => `${code('trailKind', k.kind)} ${k.n}`)
              .join(sep)}`,
          )}
          {checkpoint ? (
            <div className="ho-x mono">
              {part(t('handover.trailHash'), checkpoint.trailHash)}
              {part(t('handover.sheetHash'), checkpoint.hash)}
              {part(t('handover.covers'), checkpoint.covers)}
            </div>
          ) : (
            part(t('handover.trailHash'), t('handover.notCut'))
          )}
        </dl>
        <div className="rp-s">
          <span>
            {t('handover.outgoingSigned')}
            {t('common.colon')}
            {signed(sheet.signedOut) || '________________'}
            {drawn(sheet.signedOut, 'out')}
          </span>
          <span>
            {t('handover.incomingSigned')}
            {t('common.colon')}
            {signed(sheet.signedIn) || '________________'}
            {drawn(sheet.signedIn, 'in')}
          </span>
        </div>
      </article>
    </div>
  )
}
