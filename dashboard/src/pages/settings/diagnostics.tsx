import { useState } from 'react'
import { serverNow } from '../../live.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Refusal } from '../../parts/notes.tsx'
import { saveMade } from '../../savefile.ts'
import { useText } from '../../text/index.ts'

/** A file for whoever helps from outside, of this gateway and none of its people. */
export function Diagnostics() {
  const { t } = useText()
  const away = useLinkBlock()
  const [state, setState] = useState<'idle' | 'busy' | 'saved'>('idle')
  const [error, setError] = useState<unknown>(null)
  const make = async () => {
    setState('busy')
    setError(null)
    try {
      const stamp = new Date(serverNow()).toISOString().replaceAll(/[-:]|\.\d+/g, '')
      await saveMade('diagnostics', `gatehouse-diagnostics-${stamp}.tar.gz`)
      setState('saved')
    } catch (refused) {
      setError(refused)
      setState('idle')
    }
  }
  return (
    <section className="card" aria-label={t('diagnostics.title')}>
      <div className="card-h">
        <h2>{t('diagnostics.title')}</h2>
      </div>
      <div className="card-b col g3">
        <span>{t('diagnostics.what')}</span>
        <span className="dim">{t('diagnostics.without')}</span>
        <div className="row">
          <Button blocked={state === 'busy' ? t('diagnostics.busy') : away} onClick={() => void make()}>
            {t(state === 'busy' ? 'diagnostics.busy' : 'diagnostics.make')}
          </Button>
        </div>
        {error ? <Refusal error={error} /> : null}
        <span role="status">{state === 'saved' ? t('diagnostics.saved') : ''}</span>
      </div>
    </section>
  )
}
