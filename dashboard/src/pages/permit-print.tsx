import type { ReactNode } from 'react'
import type { PermitView } from '../../../gateway/http/contract.ts'
import { useMe } from '../api.ts'
import { formatDay, formatSpan, plain } from '../format.ts'
import { Back } from '../parts/Back.tsx'
import { Button } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Loaded } from '../parts/notes.tsx'
import { IsolationNotice } from '../parts/permits/IsolationNotice.tsx'
import { usePermit } from '../permits.ts'
import { useText } from '../text/index.ts'
import './runbooks.css'
import './permits.css'

/** A permit as a sheet: one is kept, one for the applicant, one for security [N58]. */
export default function PermitPrint({ id }: { readonly id: string }) {
  const { t } = useText()
  const query = usePermit(id)
  return (
    <Page title={t('permits.sheet')}>
      <Loaded query={query} what={t('permits.title')}>
        {permit => (
          <>
            <div className="row wrap g2 bar-h rp-x">
              <Back href="/permits">{t('permits.title')}</Back>
              <Button onClick={() => window.print()}>{t('permits.print')}</Button>
            </div>
            <article className="card rp-p pm-p">
              <Sheet permit={permit} />
            </article>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Sheet({ permit: p }: { readonly permit: PermitView }) {
  const { t, of, code } = useText()
  const { site } = useMe()
  const when = (time: string | null) => (time === null ? '' : formatDay(Date.parse(time), site.timezone))
  const who = (name: string | null, time: string | null) => (name === null ? '' : `${plain(name)} ${when(time)}`.trim())
  const rows: [string, ReactNode][] = [
    [t('permits.state'), t(`permitPhase.${p.phase}`)],
    [t('permits.space'), `${p.spaceName ? of(p.spaceName) : plain(p.space)} · ${plain(p.spot)}`],
    [t('permits.work'), plain(p.work)],
    [t('permits.company'), plain(p.company)],
    ...(p.kind === 'hot-work' ? [[t('permits.grade'), t(`permitGrade.${p.grade}`)] as [string, ReactNode]] : []),
    [t('permits.time'), formatSpan(Date.parse(p.validFrom), Date.parse(p.validTo), site.timezone)],
    [
      t('permits.workers'),
      p.workers.map(w => (
        <div key={w.name}>
          {t('permits.workerIs', { name: plain(w.name), no: plain(w.certificate), to: w.validTo })}
        </div>
      )),
    ],
    [t('permits.guardian'), `${plain(p.guardian)} ${plain(p.guardianPhone)}`],
    [t('permits.askedBy'), who(p.askedBy, p.askedAt)],
    ...p.approvals.map((a, n): [string, ReactNode] => [
      t('permits.approval', { n: n + 1, role: code('role', a.role) }),
      who(a.by, a.at),
    ]),
    ...(p.extension
      ? [
          [
            t('permits.extend'),
            <>
              {t(p.extension.grantedAt ? 'permits.extendedTo' : 'permits.extensionTo', {
                at: when(p.extension.to),
                why: plain(p.extension.reason),
              })}
              <div>{who(p.extension.askedBy, p.extension.askedAt)}</div>
              {p.extension.approvals.map(a => (
                <div key={a.by}>
                  {code('role', a.role)} {who(a.by, a.at)}
                </div>
              ))}
              <div>{who(p.extension.stampedBy, p.extension.grantedAt)}</div>
            </>,
          ] as [string, ReactNode],
        ]
      : []),
    [t('permits.stampedBy'), who(p.stampedBy, p.issuedAt)],
    [
      t('permits.checks'),
      p.checks.map(c => (
        <div key={c.code}>
          {c.ok === true ? '✓' : c.ok === false ? '✗' : '□'} {t(`permitCheck.${c.code}`)}
          {c.force === null ? '' : ` (${c.force})`} {who(c.by, c.at)}
        </div>
      )),
    ],
    ...(p.gasNeeded || p.gasTests.length > 0
      ? [
          [
            t('permits.gasTest'),
            p.gasTests.map(g => (
              <div key={g.at}>
                {plain(g.spot)} {g.percent} % · {plain(g.instrument)} · {who(g.by, g.at)} ·{' '}
                {t('permits.gasUntil', { at: when(g.validTo) })}
              </div>
            )),
          ] as [string, ReactNode],
        ]
      : []),
    [
      t('permits.worked'),
      p.spans.map(s => (
        <div key={s.from}>
          {when(s.from)} – {when(s.to)}
        </div>
      )),
    ],
    ...(p.despite.length > 0
      ? [
          [
            t('permits.despiteOf'),
            p.despite.map(d => (
              <div key={d.at}>
                {d.what.map(one => t(`permits.despiteWhat.${one}`)).join(t('common.listSep'))}
                {t('common.colon')}
                {plain(d.reason)} {who(d.by, d.at)}
              </div>
            )),
          ] as [string, ReactNode],
        ]
      : []),
    ...(p.validated.length > 0
      ? [
          [t('permits.validatedOf'), p.validated.map(v => <div key={v.at}>{who(v.by, v.at)}</div>)] as [
            string,
            ReactNode,
          ],
        ]
      : []),
    [t('permits.finished'), who(p.finishedBy, p.finishedAt)],
    ...(p.kind === 'hot-work' ? [[t('permits.watched'), when(p.watchDue)] as [string, ReactNode]] : []),
    ...(p.scan ? [[t('permits.scanned'), `${plain(p.scan.equipment)} ${when(p.scan.at)}`] as [string, ReactNode]] : []),
    [t('permits.closed'), who(p.closedBy, p.closedAt)],
    ...(p.reason === '' ? [] : [[t('common.reason'), plain(p.reason)] as [string, ReactNode]]),
  ]
  return (
    <>
      <h2>
        {of(site.name)} · {t(`permitKind.${p.kind}`)} <span className="mono nw">{p.no}</span>
      </h2>
      <table>
        <tbody>
          {rows.map(([label, value]) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {p.photo ? (
        <img className="pm-photo" src={`/api/v1/permits/${p.id}/photo/${p.photo.file}`} alt={t('permits.photoAlt')} />
      ) : null}
      <p className="cap pm-cp">{t('permits.copies')}</p>
      <IsolationNotice permit={p} />
    </>
  )
}
