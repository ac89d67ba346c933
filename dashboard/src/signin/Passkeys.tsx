import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PasskeysView, PasskeyView } from '../../../gateway/http/contract.ts'
import { call, queries, useMe } from '../api.ts'
import { formatDay, plain } from '../format.ts'
import { Button, useLinkBlock } from '../parts/Button.tsx'
import { Dialog, Field } from '../parts/Dialog.tsx'
import { Empty, Loaded, Note } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import { isDropped, makePasskey, passkeysHere } from './passkey.ts'

type Asked = { readonly what: 'add' } | { readonly what: 'rename' | 'remove'; readonly passkey: PasskeyView }
const again = () => queries.invalidateQueries({ queryKey: ['passkeys'] })

/** My passkeys: added, named, removed; and plainly why none can be made at this address. */
export function PasskeysCard() {
  const { t, of } = useText()
  const away = useLinkBlock()
  const query = useQuery({ queryKey: ['passkeys'], queryFn: () => call<PasskeysView>('passkeys') })
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = () => setAsked(null)
  const why = query.data?.unavailable
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('identity.passkeys')}</h2>
        {why || !passkeysHere() ? null : (
          <span className="ml">
            <Button small icon="plus" blocked={away} onClick={() => setAsked({ what: 'add' })}>
              {t('identity.addPasskey')}
            </Button>
          </span>
        )}
      </div>
      <Loaded query={query} what={t('identity.passkeys')}>
        {({ items }) => (
          <>
            {why ? (
              <div className="card-b">
                <Note icon="help">{of(why.text)}</Note>
              </div>
            ) : passkeysHere() ? null : (
              <div className="card-b">
                <Note icon="help">{t('identity.noBrowser')}</Note>
              </div>
            )}
            {items.length > 0 ? (
              <List items={items} onAsk={setAsked} />
            ) : why ? null : (
              <Empty icon="lock" title={t('identity.noPasskeys')} why={t('identity.passkeysWhy')} />
            )}
          </>
        )}
      </Loaded>
      {asked?.what === 'add' ? <Add onClose={close} /> : null}
      {asked?.what === 'rename' ? <Rename passkey={asked.passkey} onClose={close} /> : null}
      {asked?.what === 'remove' ? <Remove passkey={asked.passkey} onClose={close} /> : null}
    </section>
  )
}

function List({ items, onAsk }: { items: readonly PasskeyView[]; onAsk: (asked: Asked) => void }) {
  const { t } = useText()
  const zone = useMe().site.timezone
  const away = useLinkBlock()
  return (
    <div className="scroll-x">
      <table className="tbl flow">
        <thead>
          <tr>
            <th>{t('identity.passkeyName')}</th>
            <th>{t('identity.worksAt')}</th>
            <th>{t('common.created')}</th>
            <th>{t('identity.lastUsed')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {items.map(passkey => (
            <tr key={passkey.id}>
              <td className="wide">
                <b>
                  <bdi>{plain(passkey.name)}</bdi>
                </b>
                <div className="dim">{t(passkey.synced ? 'identity.synced' : 'identity.oneDevice')}</div>
              </td>
              <td className="mono brk">{plain(passkey.host)}</td>
              <td className="dim nw">{formatDay(Date.parse(passkey.createdAt), zone)}</td>
              <td className="dim nw">
                {passkey.usedAt === null ? t('identity.notYet') : formatDay(Date.parse(passkey.usedAt), zone)}
              </td>
              <td>
                <span className="row wrap">
                  <Button small blocked={away} onClick={() => onAsk({ what: 'rename', passkey })}>
                    {t('identity.rename')}
                  </Button>
                  <Button small blocked={away} onClick={() => onAsk({ what: 'remove', passkey })}>
                    {t('identity.remove')}
                  </Button>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** One request of a dialog: closes when it is done, says what was refused. */
function useAsking(work: () => Promise<unknown>, onClose: () => void) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const onDo = async () => {
    setBusy(true)
    setError(null)
    try {
      await work()
      await again()
      onClose()
    } catch (refused) {
      setError(isDropped(refused) ? null : refused)
      setBusy(false)
    }
  }
  return { busy, error, onDo: () => void onDo() }
}

function Add({ onClose }: { readonly onClose: () => void }) {
  const { t } = useText()
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const asking = useAsking(() => makePasskey(name.trim(), password), onClose)
  return (
    <Dialog
      title={t('identity.addPasskey')}
      verb={t('identity.addPasskey')}
      blocked={name.trim() === '' ? t('identity.needPasskeyName') : password === '' ? t('identity.needPassword') : null}
      {...asking}
      onClose={onClose}
    >
      <p>{t('identity.addWhat')}</p>
      <Field label={t('identity.passkeyName')} hint={t('identity.passkeyHint')}>
        <input className="inp" maxLength={64} value={name} onChange={event => setName(event.target.value)} />
      </Field>
      <OwnPassword value={password} onChange={setPassword} />
    </Dialog>
  )
}

export function OwnPassword({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const { t } = useText()
  return (
    <Field label={t('me.current')}>
      <input
        className="inp"
        type="password"
        autoComplete="current-password"
        value={value}
        onChange={event => onChange(event.target.value)}
      />
    </Field>
  )
}

function Rename({ passkey, onClose }: { readonly passkey: PasskeyView; readonly onClose: () => void }) {
  const { t } = useText()
  const [name, setName] = useState(passkey.name)
  const path = `passkeys/${encodeURIComponent(passkey.id)}`
  const asking = useAsking(() => call(path, { method: 'PUT', body: { name: name.trim() } }), onClose)
  return (
    <Dialog
      title={t('identity.renameTitle', { name: plain(passkey.name) })}
      verb={t('identity.rename')}
      blocked={name.trim() === '' ? t('identity.needPasskeyName') : null}
      {...asking}
      onClose={onClose}
    >
      <Field label={t('identity.passkeyName')}>
        <input className="inp" maxLength={64} value={name} onChange={event => setName(event.target.value)} />
      </Field>
    </Dialog>
  )
}

function Remove({ passkey, onClose }: { readonly passkey: PasskeyView; readonly onClose: () => void }) {
  const { t } = useText()
  const asking = useAsking(() => call(`passkeys/${encodeURIComponent(passkey.id)}`, { method: 'DELETE' }), onClose)
  return (
    <Dialog
      title={t('identity.removeAsk', { name: plain(passkey.name) })}
      verb={t('identity.remove')}
      {...asking}
      onClose={onClose}
    >
      {t('identity.removeWhy')}
    </Dialog>
  )
}
