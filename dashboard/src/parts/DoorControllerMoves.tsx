import { useState } from 'react'
import type { ControllerEnrolled, DoorControllerView, FireReleaseView } from '../../../gateway/http/contract.ts'
import { post, queries, useMay } from '../api.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { Note } from './notes.tsx'
import { Secret } from './Secret.tsx'

interface Props {
  readonly one: DoorControllerView
  readonly release: FireReleaseView | undefined
}
const again = () =>
  Promise.all(['door-controllers', 'fire-release', 'doors'].map(key => queries.invalidateQueries({ queryKey: [key] })))

/** What can be done with a controller: an account and keys of its own, and the end of a release by its own fire input. */
export function ControllerMoves({ one, release }: Props) {
  const { t, of } = useText()
  const [asked, setAsked] = useState<'enrol' | 'rearm' | null>(null)
  const mayEnrol = useMay('broker-account.manage')
  const mayRearm = useMay('linkage.confirm')
  const record = useRecordBlock()
  const byLinkage = release?.doors.some(door => door.since !== null && one.released.includes(door.id)) === true
  const rearmBlock =
    record ??
    (mayRearm ? null : t('doors.rearmRole')) ??
    (byLinkage ? t('doors.rearmLinkage') : one.fireInput ? t('doors.rearmInput') : null)
  return (
    <span className="ml row wrap">
      {one.released.length > 0 ? (
        <Button
          small
          blocked={rearmBlock}
          onClick={() => setAsked('rearm')}
          aria-label={t('doors.rearmOf', { name: of(one.name) })}
        >
          {t('doors.rearm')}
        </Button>
      ) : null}
      <Button
        small
        blocked={record ?? (mayEnrol ? null : t('doors.enrolRole'))}
        onClick={() => setAsked('enrol')}
        aria-label={t('doors.enrolOf', { name: of(one.name) })}
      >
        {t('doors.enrol')}
      </Button>
      {asked === 'enrol' ? <Enrol one={one} onClose={() => setAsked(null)} /> : null}
      {asked === 'rearm' ? <Rearm one={one} onClose={() => setAsked(null)} /> : null}
    </span>
  )
}

interface DialogProps {
  readonly one: DoorControllerView
  readonly onClose: () => void
}
function useSend<T>(path: string, done: (made: T) => void) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async (body: object) => {
    setBusy(true)
    setError(null)
    try {
      done(await post<T>(path, body))
      await again()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return { busy, error, send }
}

function Enrol({ one, onClose }: DialogProps) {
  const { t, of } = useText()
  const [reason, setReason] = useState('')
  const [made, setMade] = useState<ControllerEnrolled | null>(null)
  const { busy, error, send } = useSend(`door-controllers/${encodeURIComponent(one.id)}/enrol`, setMade)
  if (made)
    return (
      <Dialog title={t('doors.enrolled', { name: of(one.name) })} onClose={onClose}>
        <p>{t('doors.enrolledWhy', { account: made.account, topic: made.topic })}</p>
        <Secret secret={JSON.stringify(made)} />
      </Dialog>
    )
  return (
    <Dialog
      title={t('doors.enrolOf', { name: of(one.name) })}
      verb={t('doors.enrol')}
      blocked={reason.trim() === '' ? t('common.lacks', { what: t('doors.reason') }) : null}
      busy={busy}
      error={error}
      onDo={() => void send({ reason: reason.trim() })}
      onClose={onClose}
    >
      <p>{t('doors.enrolWhat')}</p>
      {one.account === null ? null : (
        <Note sort="medium" icon="warn">
          {t('doors.enrolAgain', { account: one.account })}
        </Note>
      )}
      <Field label={t('doors.reason')}>
        <input className="inp" maxLength={200} value={reason} onChange={event => setReason(event.target.value)} />
      </Field>
      <p className="dim">{t('doors.enrolTrail')}</p>
    </Dialog>
  )
}

function Rearm({ one, onClose }: DialogProps) {
  const { t, of } = useText()
  const [reason, setReason] = useState('')
  const { busy, error, send } = useSend('fire-release/rearm', onClose)
  return (
    <Dialog
      title={t('doors.rearmOf', { name: of(one.name) })}
      verb={t('doors.rearm')}
      blocked={reason.trim() === '' ? t('common.lacks', { what: t('doors.reason') }) : null}
      busy={busy}
      error={error}
      onDo={() => void send({ doors: one.released, reason: reason.trim() })}
      onClose={onClose}
    >
      <p>{t('doors.rearmWhat', { n: one.released.length })}</p>
      <Field label={t('doors.reason')}>
        <input className="inp" maxLength={200} value={reason} onChange={event => setReason(event.target.value)} />
      </Field>
      <p className="dim">{t('doors.rearmTrail')}</p>
    </Dialog>
  )
}
