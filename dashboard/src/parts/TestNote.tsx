import { useEffect, useSyncExternalStore } from 'react'
import { Link } from 'wouter'
import { post, useAlarmsHeard, useMay } from '../api.ts'
import { plain } from '../format.ts'
import { useRunningProof } from '../proofs.ts'
import { soundState, watchSound } from '../sound.ts'
import { useText } from '../text/index.ts'
import { Icon } from './Icon.tsx'

/** The test of an alarm that runs, if any; and says to the gateway that this page shows it to somebody, and whether it sounds. */
export function useShowTest() {
  const reads = useMay('alarm.read')
  const test = useAlarmsHeard().find(alarm => alarm.test)
  const running = useRunningProof(reads && test !== undefined).data ?? null
  const sound = useSyncExternalStore(watchSound, soundState)
  const id = test && running?.test === test.id ? running.id : null
  useEffect(() => {
    if (id === null) return
    // After the frame in which it was drawn: what is said to be shown was shown.
    const frame = requestAnimationFrame(() => {
      post(`alarm-proofs/${encodeURIComponent(id)}/shown`, { sound }).catch(() => {})
    })
    return () => cancelAnimationFrame(frame)
  }, [id, sound])
  return test && running ? running : null
}

/** On every page while the test of an alarm runs, so that nobody takes it for a fire. */
export function TestNote() {
  const { t, of } = useText()
  const running = useShowTest()
  if (!running) return null
  return (
    <div className="note medium top-note" role="status" data-test-note>
      <Icon name="help" />
      <div className="grow">
        <b>{t('proving.running', { what: `${of(running.equipmentName)} · ${of(running.text)}` })}</b>
        <div>{t('proving.runningWhy', { by: plain(running.by) })}</div>
      </div>
      <Link href={`/alarms/tests/${encodeURIComponent(running.id)}`} className="btn">
        {t('proving.look')}
      </Link>
    </div>
  )
}
