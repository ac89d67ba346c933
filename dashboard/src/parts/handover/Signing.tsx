import { useState } from 'react'
import type { HandoverCrewView, HandoverSheetView } from '../../../../gateway/http/contract.ts'
import { type Refusal as Code, refusals } from '../../../../rules/handover.ts'
import { useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { useAsk } from '../../handover.ts'
import { useText } from '../../text/index.ts'
import { Button } from '../Button.tsx'
import { Dialog, Field } from '../Dialog.tsx'
import { Note, Refusal } from '../notes.tsx'
import { Sign } from './Sign.tsx'

interface Props {
  readonly crew: HandoverCrewView
  readonly sheet: HandoverSheetView
}
type Doing = 'sign-out' | 'sign-in' | 'refuse'

/** Who has come, which of the four cases hold, and the two signatures. */
export function Signing({ crew, sheet }: Props) {
  const { t } = useText()
  const { timezone } = useMe().site
  const { ask, error, blocked } = useAsk(crew.id)
  const [doing, setDoing] = useState<Doing | null>(null)
  const { phase, holds } = sheet
  const why = holds.length > 0 ? holds.map(code => t(`handover.refusal.${code}`)).join(t('common.listSep')) : null
  const open = phase === 'preparing' || phase === 'ready'
  const last = sheet.refused.at(-1)
  return (
    <section className="card" aria-label={t('handover.signing')}>
      <div className="card-h">
        <h2>{t('handover.signing')}</h2>
      </div>
      <div className="card-b col g3">
        {phase === 'refused' && last ? (
          <Note sort="no" icon="x" title={t('handover.wasRefused', { why: t(`handover.refusal.${last.code}`) })}>
            {plain(last.words)} · {plain(last.by)} · {formatDay(Date.parse(last.at), timezone)}
          </Note>
        ) : null}
        <Who crew={crew} sheet={sheet} locked={blocked ?? (open ? null : t('handover.closed'))} />
        {open || phase === 'signed_out' ? (
          holds.length > 0 ? (
            <Note sort="no" icon="lock" title={t('handover.mustNot')}>
              <ul className="ho-h">
                {holds.map(code => (
                  <li key={code}>{t(`handover.refusal.${code}`)}</li>
                ))}
              </ul>
            </Note>
          ) : (
            <Note icon="check" title={t(phase === 'signed_out' ? 'handover.waits' : 'handover.mayGo')} />
          )
        ) : null}
        {phase === 'signed_out' && crew.open.permits.length > 0 ? (
          <Note icon="fire" title={t('handover.permitsOpen', { n: crew.open.permits.length })} />
        ) : null}
        {sheet.signedOut ? (
          <p>
            {t('handover.signedOutBy', {
              name: plain(sheet.signedOut.name),
              at: formatDay(Date.parse(sheet.signedOut.at), timezone),
            })}
          </p>
        ) : null}
        <div className="row wrap g2">
          {phase === 'preparing' ? (
            <Button
              primary
              blocked={blocked ?? (holds.includes('preparation-unfinished') ? t('handover.unfinished') : null)}
              onClick={() => void ask('prepare')}
            >
              {t('handover.prepare')}
            </Button>
          ) : null}
          {phase === 'ready' ? (
            <Button primary blocked={blocked ?? why} onClick={() => setDoing('sign-out')}>
              {t('handover.signOut')}
            </Button>
          ) : null}
          {phase === 'signed_out' ? (
            <Button primary blocked={blocked ?? why} onClick={() => setDoing('sign-in')}>
              {t('handover.signIn')}
            </Button>
          ) : null}
          {phase === 'refused' ? (
            <Button primary blocked={blocked} onClick={() => void ask('resume')}>
              {t('handover.resume')}
            </Button>
          ) : (
            <Button blocked={blocked} onClick={() => setDoing('refuse')}>
              {t('handover.refuse')}
            </Button>
          )}
        </div>
        <Refusal error={error} />
      </div>
      {doing === 'refuse' ? (
        <Refuse crew={crew.id} holds={holds} onClose={() => setDoing(null)} />
      ) : doing ? (
        <Sign crew={crew} sheet={sheet} what={doing} onClose={() => setDoing(null)} />
      ) : null}
    </section>
  )
}

/** Each of the crew: has he come, can he work, and for whom does he stand in. */
function Who({ crew, sheet, locked }: Props & { readonly locked: string | null }) {
  const { t } = useText()
  const { ask, error } = useAsk(crew.id)
  const planned = sheet.relieved?.who ?? []
  const names = [...planned, ...crew.people.map(p => p.name).filter(name => !planned.includes(name))]
  // Drawn at once: a second tick before the answer to the first must not lose it.
  const [pending, setPending] = useState<HandoverSheetView['relief'] | null>(null)
  const relief = pending ?? sheet.relief
  const put = (next: HandoverSheetView['relief']) => {
    setPending(next)
    void ask('sheet', { relief: next }).then(() => setPending(had => (had === next ? null : had)))
  }
  const unfit = relief.filter(r => !r.fit).map(r => r.name)
  const others = (name: string) => relief.filter(r => r.name !== name)
  const least = sheet.relieved?.least ?? 0
  return (
    <fieldset className="ho-f" disabled={locked !== null}>
      <legend>{t('handover.relief', { n: relief.filter(r => r.fit).length, least })}</legend>
      {names.map(name => {
        const here = relief.find(r => r.name === name)
        const leads = name === sheet.relieved?.lead ? 'lead' : name === sheet.relieved?.standIn ? 'standIn' : null
        return (
          <div key={name} className="ho-c">
            <label className="row g2 grow">
              <input
                type="checkbox"
                checked={here !== undefined}
                onChange={e => put(e.target.checked ? [...relief, { name, fit: true, insteadOf: null }] : others(name))}
              />
              <span>
                <bdi>{plain(name)}</bdi>{' '}
                <span className="cap">
                  {leads ? t(`handover.${leads}`) : planned.includes(name) ? '' : t('handover.unplanned')}
                </span>
              </span>
            </label>
            {here ? (
              <select
                className="inp"
                aria-label={t('handover.state', { name: plain(name) })}
                value={here.fit ? (here.insteadOf ?? 'fit') : 'unfit'}
                onChange={e => {
                  const to = e.target.value
                  const fit = to !== 'unfit'
                  put([...others(name), { name, fit, insteadOf: fit && to !== 'fit' ? to : null }])
                }}
              >
                <option value="fit">{t('handover.fit')}</option>
                <option value="unfit">{t('handover.unfit')}</option>
                {unfit
                  .filter(other => other !== name)
                  .map(other => (
                    <option key={other} value={other}>
                      {t('handover.insteadOf', { name: plain(other) })}
                    </option>
                  ))}
              </select>
            ) : null}
          </div>
        )
      })}
      <Refusal error={error} />
    </fieldset>
  )
}

function Refuse({ crew, holds, onClose }: { crew: string; holds: readonly Code[]; onClose: () => void }) {
  const { t } = useText()
  const { ask, error, busy, blocked } = useAsk(crew)
  const [code, setCode] = useState<Code>(holds[0] ?? refusals[0])
  const [words, setWords] = useState('')
  return (
    <Dialog
      title={t('handover.refuse')}
      verb={t('handover.refuseDo')}
      blocked={blocked ?? (words.trim() === '' ? t('handover.wordsEmpty') : null)}
      busy={busy}
      error={error}
      onClose={onClose}
      onDo={() => void ask('refuse', { code, words }).then(done => done && onClose())}
    >
      <Field label={t('handover.why')}>
        <select
          className="inp"
          value={code}
          onChange={e => setCode(refusals.find(one => one === e.target.value) ?? code)}
        >
          {refusals.map(one => (
            <option key={one} value={one}>
              {t(`handover.refusal.${one}`)}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t('handover.words')}>
        <textarea className="inp" rows={2} maxLength={500} value={words} onChange={e => setWords(e.target.value)} />
      </Field>
    </Dialog>
  )
}
