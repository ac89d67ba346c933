import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { FactorSecret, FactorState, RecoveryCodes } from '../../../gateway/http/contract.ts'
import { call, post, queries, useMe } from '../api.ts'
import { formatDay } from '../format.ts'
import { Button, useLinkBlock } from '../parts/Button.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { Loaded, Note } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { OwnPassword } from './Passkeys.tsx'
import { KeepCodes, SetUpApp } from './SetUpApp.tsx'

const FEW = 3
const again = () => Promise.all(['factor', 'sessions'].map(key => queries.invalidateQueries({ queryKey: [key] })))

/** My second factor: an app that gives codes, and the recovery codes beside it. */
export function FactorCard() {
  const { t } = useText()
  const zone = useMe().site.timezone
  const away = useLinkBlock()
  const query = useQuery({ queryKey: ['factor'], queryFn: () => call<FactorState>('factor') })
  const [asked, setAsked] = useState<'set-up' | 'codes' | 'remove' | null>(null)
  const [secret, setSecret] = useState<FactorSecret | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const close = () => setAsked(null)
  if (codes !== null)
    return (
      <Card>
        <KeepCodes codes={codes} onKept={() => setCodes(null)} />
      </Card>
    )
  if (secret !== null)
    return (
      <Card>
        <SetUpApp
          secret={secret}
          onCode={async code => {
            const made = await post<RecoveryCodes>('factor/confirm', { code })
            setCodes(made.codes)
            setSecret(null)
            await again()
          }}
          onCancel={() => setSecret(null)}
        />
      </Card>
    )
  return (
    <Card>
      <Loaded query={query} what={t('identity.second')}>
        {({ since, recoveryLeft, demanded }) => (
          <>
            <span className={since === null ? 'dim' : ''}>
              {since === null ? t('identity.off') : t('identity.on', { day: formatDay(Date.parse(since), zone) })}
            </span>
            {demanded ? <span className="dim">{t('identity.demanded')}</span> : null}
            {since !== null && recoveryLeft <= FEW ? (
              <Note sort="medium" icon="warn">
                {t('identity.fewCodes', { n: recoveryLeft })}
              </Note>
            ) : null}
            <div className="row wrap">
              <Button primary={since === null} blocked={away} onClick={() => setAsked('set-up')}>
                {t(since === null ? 'identity.setUp' : 'identity.setUpAgain')}
              </Button>
              {since === null ? null : (
                <>
                  <Button blocked={away} onClick={() => setAsked('codes')}>
                    {t('identity.newCodes', { n: recoveryLeft })}
                  </Button>
                  {demanded ? null : (
                    <Button blocked={away} onClick={() => setAsked('remove')}>
                      {t('identity.takeAway')}
                    </Button>
                  )}
                </>
              )}
            </div>
          </>
        )}
      </Loaded>
      {asked === 'set-up' ? (
        <WithPassword
          title={t('identity.setUp')}
          what={t('identity.setUpWhat')}
          onDo={async password => setSecret(await post<FactorSecret>('factor', { password }))}
          onClose={close}
        />
      ) : null}
      {asked === 'codes' ? (
        <WithPassword
          title={t('identity.codesAnew')}
          what={t('identity.codesAnewWhat')}
          onDo={async password => {
            setCodes((await post<RecoveryCodes>('factor/recovery-codes', { password })).codes)
            await again()
          }}
          onClose={close}
        />
      ) : null}
      {asked === 'remove' ? (
        <WithPassword
          title={t('identity.takeAway')}
          what={t('identity.takeAwayWhat')}
          onDo={async password => {
            await post('factor/remove', { password })
            await again()
          }}
          onClose={close}
        />
      ) : null}
    </Card>
  )
}

function Card({ children }: { readonly children: React.ReactNode }) {
  const { t } = useText()
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('identity.second')}</h2>
      </div>
      <div className="card-b col g3">{children}</div>
    </section>
  )
}

interface WithProps {
  readonly title: string
  readonly what: string
  readonly onDo: (password: string) => Promise<void>
  readonly onClose: () => void
}
/** Whoever found a screen signed in does not know the password. */
function WithPassword({ title, what, onDo, onClose }: WithProps) {
  const { t } = useText()
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const work = async () => {
    setBusy(true)
    setError(null)
    try {
      await onDo(password)
      onClose()
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  return (
    <Dialog
      title={title}
      verb={title}
      blocked={password === '' ? t('identity.needPassword') : null}
      busy={busy}
      error={error}
      onDo={() => void work()}
      onClose={onClose}
    >
      <p>{what}</p>
      <OwnPassword value={password} onChange={setPassword} />
    </Dialog>
  )
}
