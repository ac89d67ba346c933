import type { SpecialView } from '../../../gateway/http/contract.ts'
import { useMe } from '../api.ts'
import { formatDay, formatUnit, plain } from '../format.ts'
import { Button } from '../parts/Button.tsx'
import { Note } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import '../pages/runbooks.css'
import './byhand.css'
import { Back } from '../parts/Back.tsx'

/** One sheet for paper [F27]: what each meter showed, what is missing, and both signatures. */
export function SpecialSheet({ form }: { readonly form: SpecialView }) {
  const { t, of } = useText()
  const { name: site, timezone } = useMe().site
  const when = (at: string) => formatDay(Date.parse(at), timezone)
  const { signed, withdrawn } = form
  const unit = form.unit === null ? t('special.site') : form.unitName ? of(form.unitName) : plain(form.unit)
  const part = (name: string, value: string) => (
    <div className="rp-r">
      <dt>{name}</dt>
      <dd>{value === '' ? '—' : value}</dd>
    </div>
  )
  return (
    <div className="rp">
      <div className="row wrap g2 bar-h rp-x">
        <Back href="/readings/special">{t('special.back')}</Back>
        <Button onClick={() => window.print()}>{t('special.print')}</Button>
      </div>
      <article className="card rp-p">
        <h2>{t('special.sheet')}</h2>
        <div className="row wrap g3">
          <span>{of(site)}</span>
          <b>{unit}</b>
          <span>{t(`special.kinds.${form.kind}`)}</span>
          <span className="mono">{form.no}</span>
        </div>
        {withdrawn ? (
          <Note sort="no" icon="x">
            {t('special.withdrawnBy', { by: plain(withdrawn.by), why: plain(withdrawn.why) })}
          </Note>
        ) : null}
        <dl>
          {part(t('special.at'), when(form.at))}
          {part(t('special.outgoing'), plain(form.outgoing))}
          {part(t('special.incoming'), plain(form.incoming))}
          {part(t('special.note'), plain(form.note))}
        </dl>
        <p>{t(form.splits ? 'special.splits' : 'special.same')}</p>
        <table className="tbl flow" aria-label={t('special.lines')}>
          <thead>
            <tr>
              {form.unit === null ? <th>{t('special.unit')}</th> : null}
              <th>{t('special.lines')}</th>
              <th>{t('readings.meter')}</th>
              <th className="r">{t('special.index')}</th>
              <th>{t('special.remark')}</th>
            </tr>
          </thead>
          <tbody>
            {form.lines.map(l => (
              <tr key={`${l.point} ${l.medium} ${l.register}`}>
                {form.unit === null ? <td>{l.unitName ? of(l.unitName) : plain(l.unit)}</td> : null}
                <td>
                  {t(`readings.medium.${l.medium}`)}
                  {l.register && l.register !== 'total' ? ` · ${t(`readings.register.${l.register}`)}` : ''}
                </td>
                <td className="mono">{l.meter ? plain(l.meter) : '—'}</td>
                <td className="nw r">
                  <b>{l.index ?? '—'}</b> {l.index === null ? '' : formatUnit(l.indexUnit)}
                </td>
                <td>
                  {l.gap ? t(`special.gap.${l.gap}`) : ''}
                  {l.unread ? t(`special.unreads.${l.unread}`) : ''}
                  {l.doubt ? `${of(l.doubt)} ` : ''}
                  {plain(l.remark)}
                  {l.noPhoto === '' || l.photo
                    ? ''
                    : ` (${t('special.noPhoto')}${t('common.colon')}${plain(l.noPhoto)})`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <div className="row wrap g2 rp-x">
          {form.lines.map(l =>
            l.photo ? (
              <img
                key={`${l.point} ${l.register}`}
                className="bh-p"
                src={`/api/v1/special-readings/${encodeURIComponent(form.id)}/photos/${l.photo}`}
                alt={t('special.photoOf', { meter: plain(l.meter ?? '') })}
              />
            ) : null,
          )}
        </div>
        {signed ? (
          <>
            <div className="rp-s">
              {signed.parties.map((p, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a signed form does not change
                <span key={i}>
                  {t(`special.sides.${p.side}`)}
                  {t('common.colon')}
                  <bdi>{plain(p.name)}</bdi>
                  <img
                    className="signed"
                    src={`/api/v1/special-readings/${encodeURIComponent(form.id)}/signatures/${i}`}
                    alt={t('special.signatureOf', { name: plain(p.name) })}
                  />
                </span>
              ))}
              <span>
                {t('special.house')}
                {t('common.colon')}
                <bdi>{plain(signed.by)}</bdi> {when(signed.at)}
              </span>
            </div>
            <p className="cap mono bh-h">
              {t('special.seal')}
              {t('common.colon')}
              {signed.hash}
            </p>
          </>
        ) : null}
      </article>
    </div>
  )
}
