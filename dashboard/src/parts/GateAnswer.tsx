import { useEffect, useRef, useState } from 'react'
import { formatDay, formatTime, plain } from '../format.ts'
import type { Shown } from '../gate/answer.ts'
import { kept } from '../gate/post.ts'
import type { GateNow } from '../gate/useGate.ts'
import { useText } from '../text/index.ts'
import { Button } from './Button.tsx'
import { Field } from './Dialog.tsx'
import { PersonPhoto } from './PersonPhoto.tsx'
import { PhotoField } from './passes/PhotoField.tsx'

interface Props {
  readonly shown: Shown
  readonly now: GateNow
  readonly zone: string
  readonly onScan: (text: string) => void
}
/** A third of the screen says yes or no, by form, word and colour; then the face, why, and what to do. */
export function GateAnswerCard({ shown, now, zone, onScan }: Props) {
  const { t, of, lang } = useText()
  const [escort, setEscort] = useState(shown.visit?.escort ?? '')
  const [at] = useState(() => Date.now() + kept.offset.get())
  const { verdict, pass, visit } = shown
  const out = shown.direction === 'out'
  const lacksEscort = visit !== null && !out && visit.escortNeeded && escort.trim() === ''
  const asksEscort = visit?.escortNeeded === true && !out
  const field = useRef<HTMLInputElement>(null)
  // Who goes along is the one thing that is still to be typed.
  useEffect(() => {
    if (asksEscort && verdict === 'yes') field.current?.focus()
  }, [asksEscort, verdict])
  if (verdict === 'choose') return <Choose shown={shown} onScan={onScan} />
  const confirm = pass
    ? pass.duplicate === 'none'
      ? t(out ? 'gate.wentOut' : 'gate.cameIn')
      : t(out ? 'gate.duplicateOut' : 'gate.duplicateIn')
    : t(out ? 'gate.wentOut' : 'gate.cameIn')
  /** Going out is never refused, so nobody is asked; coming in is. */
  const turn = () => {
    if (out) return void now.scan(shown.how === 'online' ? pass!.no : shown.text, 'in')
    now.show({
      ...shown,
      verdict: shown.how === 'shown' ? 'shown' : 'yes',
      direction: 'out',
      event: null,
      since: performance.now(),
    })
  }
  const sub =
    verdict === 'shown'
      ? t('gate.notVerified')
      : `${t(out ? 'gate.out' : 'gate.in')}${shown.slot === null ? '' : ` · ${t('gate.slot', { n: shown.slot })}`}`
  return (
    <div className={`ans ${verdict}`} data-verdict={verdict}>
      <div className="big">
        <Sign verdict={verdict} />
        <div>
          <b>{t(`gate.verdict.${verdict}`)}</b>
          <span>{verdict === 'no' && shown.why ? of(shown.why) : sub}</span>
        </div>
        <time className="ml">{formatTime(at, lang, zone)}</time>
      </div>
      {pass || visit ? (
        <div className="pers">
          {pass ? <PersonPhoto person={pass.person} photo={pass.photo} name={pass.name} /> : null}
          {visit ? <VisitorPhoto visit={visit} away={now.downSince !== null} /> : null}
          <dl className="kv">
            <dt>{t('passes.name')}</dt>
            <dd>
              <b>
                <bdi>{plain((pass ?? visit)!.name)}</bdi>
              </b>
              {visit && visit.people > 1 ? ` · ${t('gate.people', { n: visit.people })}` : ''}
            </dd>
            {pass ? <PassLines pass={pass} zone={zone} /> : null}
            {visit ? <VisitLines visit={visit} zone={zone} /> : null}
          </dl>
        </div>
      ) : null}
      <div className="rsn">
        {verdict !== 'no' && shown.why ? <Reason label={t('gate.why')} text={of(shown.why)} /> : null}
        {shown.todo ? <Reason label={t('gate.todo')} text={of(shown.todo)} /> : null}
        {shown.typed && pass && verdict === 'yes' ? <Reason label={t('gate.typed')} text={t('gate.typedWhy')} /> : null}
        {verdict === 'shown' ? <Reason label={t('gate.decideYourself')} text={t('gate.decideWhy')} /> : null}
        {verdict === 'yes' && shown.how === 'verified' ? (
          <Reason label={t('gate.offlineYes')} text={t('gate.offlineYesWhy')} />
        ) : null}
        {pass && pass.levels.length > 0 && verdict === 'yes' ? (
          <Reason label={t('gate.mayGo')} text={pass.levels.map(of).join(t('common.listSep'))} />
        ) : null}
        {shown.visits.map(v => (
          <Reason
            key={v.id}
            label={t('gate.roomVisit')}
            text={`${v.spaceName ? of(v.spaceName) : v.host} · ${t(`visitPhase.${v.phase}`)}${v.escort ? ` · ${t('visits.escortIs', { name: plain(v.escort) })}` : ''}`}
          />
        ))}
        {visit?.noPhotos ? <Reason label={t('visits.noPhotos')} text={t('visits.noPhotosWhy')} /> : null}
      </div>
      {asksEscort ? (
        <div className="gacts">
          <Field label={t('visits.escort')}>
            <input
              ref={field}
              className="inp"
              maxLength={64}
              value={escort}
              onChange={event => setEscort(event.target.value)}
            />
          </Field>
        </div>
      ) : null}
      <div className="gacts">
        {verdict === 'no' && !out ? null : (
          <Button
            className="lg"
            primary={verdict === 'yes'}
            data-primary={verdict === 'yes' ? '' : undefined}
            data-key={verdict === 'shown' ? '1' : undefined}
            blocked={
              lacksEscort ? t('common.lacks', { what: t('visits.escort') }) : !pass && !visit ? t('gate.nobody') : null
            }
            onClick={() => now.confirm(shown, escort)}
          >
            {verdict === 'shown' ? t('gate.letIn', { what: confirm }) : confirm}
            <kbd>{verdict === 'shown' ? '1' : 'Enter'}</kbd>
          </Button>
        )}
        {verdict === 'yes' ? (
          <Button className="lg" data-key="2" onClick={() => now.show(null)}>
            {t('gate.notHim')} <kbd>2</kbd>
          </Button>
        ) : null}
        {pass ? (
          <Button className="lg" data-key="3" onClick={() => turn()}>
            {t(out ? 'gate.asIn' : 'gate.asOut')} <kbd>3</kbd>
          </Button>
        ) : null}
        {verdict === 'no' || verdict === 'shown' ? (
          <Button className="lg" primary={verdict === 'no'} data-primary="" onClick={() => now.show(null)}>
            {t('gate.next')} <kbd>Enter</kbd>
          </Button>
        ) : null}
      </div>
    </div>
  )
}

function PassLines({ pass: p, zone: z }: { readonly pass: NonNullable<Shown['pass']>; readonly zone: string }) {
  const { t } = useText()
  return (
    <>
      <dt>{t('passes.kind')}</dt>
      <dd>
        {t(`personKind.${p.kind}`)}
        {p.trade === '' ? '' : ` · ${plain(p.trade)}`}
      </dd>
      {p.company ? (
        <>
          <dt>{t('passes.company')}</dt>
          <dd className="row">
            <i className="gate-c" style={{ background: p.company.colour }} aria-hidden="true" />
            <bdi>{plain(p.company.name)}</bdi>
          </dd>
        </>
      ) : null}
      {p.works ? (
        <>
          <dt>{t('passes.works')}</dt>
          <dd>{plain(p.works)}</dd>
        </>
      ) : null}
      <dt>{t('gate.passNo')}</dt>
      <dd className="mono">{p.no}</dd>
      <dt>{t('passes.validTo')}</dt>
      <dd>{formatDay(Date.parse(p.validTo), z)}</dd>
    </>
  )
}
function VisitLines({ visit: v, zone: z }: { readonly visit: NonNullable<Shown['visit']>; readonly zone: string }) {
  const { t, of } = useText()
  return (
    <>
      {v.company === '' ? null : (
        <>
          <dt>{t('passes.company')}</dt>
          <dd>{plain(v.company)}</dd>
        </>
      )}
      <dt>{t('visits.host')}</dt>
      <dd>
        {plain(v.host)}
        {v.purpose === '' ? '' : ` · ${plain(v.purpose)}`}
      </dd>
      {v.space === null ? null : (
        <>
          <dt>{t('visits.room')}</dt>
          <dd>{v.spaceName ? of(v.spaceName) : v.space}</dd>
        </>
      )}
      <dt>{t('visits.from')}</dt>
      <dd>
        {formatDay(Date.parse(v.validFrom), z)} – {formatDay(Date.parse(v.validTo), z)}
      </dd>
      <dt>{t('visits.state')}</dt>
      <dd>{t(`visitPhase.${v.phase}`)}</dd>
    </>
  )
}

const Reason = ({ label, text }: { readonly label: string; readonly text: string }) => (
  <div>
    <small>{label}</small>
    <b>{text}</b>
  </div>
)

/** The photo that was taken of a visitor; the guard may take it. */
function VisitorPhoto({ visit: v, away }: { readonly visit: NonNullable<Shown['visit']>; readonly away: boolean }) {
  const { t } = useText()
  const [photo, setPhoto] = useState(v.photo)
  return (
    <div className="gate-p">
      <PersonPhoto key={photo} of="visits" person={v.id} photo={photo} name={v.name} />
      {away ? null : (
        <PhotoField
          path={`visits/${v.id}`}
          photo={photo}
          name={v.name}
          blocked={null}
          word={t('gate.takePhoto')}
          changed={now => setPhoto(now.photo)}
        />
      )}
    </div>
  )
}

/** An octagon is no, a disc is yes, a square says that nobody has checked. */
const Sign = ({ verdict }: { readonly verdict: Shown['verdict'] }) => (
  <svg viewBox="0 0 100 100" aria-hidden="true">
    {verdict === 'yes' ? (
      <>
        <circle cx="50" cy="50" r="48" />
        <path className="gl" d="M27 52 44 69 75 34" />
      </>
    ) : verdict === 'no' ? (
      <>
        <path d="M30 2h40l28 28v40L70 98H30L2 70V30z" />
        <path className="gl" d="M30 30l40 40M70 30 30 70" />
      </>
    ) : (
      <>
        <rect x="4" y="4" width="92" height="92" />
        <path className="gl" d="M36 36a15 15 0 1 1 21 14c-5 3-7 6-7 12M50 76h.1" />
      </>
    )}
  </svg>
)

function Choose({ shown, onScan }: { readonly shown: Shown; readonly onScan: (text: string) => void }) {
  const { t } = useText()
  return (
    <div className="ans shown" data-verdict="choose">
      <div className="big">
        <Sign verdict="choose" />
        <div>
          <b>{t('gate.verdict.choose')}</b>
          <span>{t('gate.chooseWhy', { n: shown.choices.length })}</span>
        </div>
      </div>
      <div className="gacts col">
        {shown.choices.map((one, i) => (
          <button
            key={one.no}
            type="button"
            className="btn lg"
            data-key={i < 9 ? String(i + 1) : undefined}
            onClick={() => onScan(one.no)}
          >
            <b>
              <bdi>{plain(one.name)}</bdi>
            </b>
            <span className="dim">{plain(one.trade)}</span>
            <span className="mono">{one.no}</span>
            {i < 9 ? <kbd>{i + 1}</kbd> : null}
          </button>
        ))}
      </div>
    </div>
  )
}
