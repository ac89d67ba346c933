import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { SignInWays } from '../../../gateway/http/contract.ts'
import { call } from '../api.ts'
import { useText } from '../text/index.ts'
import { Refusal } from './notes.tsx'

const codes = [
  ...(['oidc-away', 'oidc-again', 'oidc-not-proved', 'oidc-clock', 'oidc-no-role', 'oidc-domain'] as const),
  'oidc-account-off',
] as const

/** The way by the site's identity provider, when it has one; and why somebody who comes back from it was not let in. */
export function ByProvider() {
  const { t, of } = useText()
  const ways = useQuery({ queryKey: ['sign-in-ways'], queryFn: () => call<SignInWays>('sign-in-ways'), retry: false })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(() => {
    const refused = new URLSearchParams(location.search).get('refused')
    if (refused === null) return null
    // A link of somebody else's says nothing of its own here.
    const code = codes.find(c => c === refused)
    return new Error(t(code ? `signIn.refused.${code}` : 'signIn.refused.other'))
  })
  const oidc = ways.data?.oidc
  if (!oidc)
    return error ? (
      <div className="card-b">
        <Refusal error={error} />
      </div>
    ) : null
  const go = async () => {
    setBusy(true)
    setError(null)
    try {
      const { url } = await call<{ url: string }>('session/oidc', { method: 'POST', body: {} })
      location.assign(url)
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  return (
    <div className="card-b col g3 by-provider">
      <span className="dim">{t('signIn.or')}</span>
      <Refusal error={error} />
      <button type="button" className="btn lg block" disabled={busy} onClick={() => void go()}>
        {busy ? t('signIn.busy') : t('signIn.by', { name: of(oidc.name) })}
      </button>
    </div>
  )
}
