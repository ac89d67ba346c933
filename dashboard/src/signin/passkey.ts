import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'
import type { Me, PasskeyView } from '../../../gateway/http/contract.ts'
import { call, post } from '../api.ts'

interface Options<T> {
  readonly options: T
}

/** Whether a passkey can be used at this address at all: a secure context, and a name instead of an address of numbers. */
export const passkeysHere = (at: Pick<Location, 'hostname'> = location): boolean =>
  isSecureContext && typeof PublicKeyCredential === 'function' && !/^(\d{1,3}(\.\d{1,3}){3}|\[.*\])$/.test(at.hostname)

/** The person said no to the browser, or let the time pass: nothing was refused, nothing is to be said. */
export const isDropped = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError')

/** Makes a passkey and gives it to the gateway. @throws ApiError, or what the browser says */
export async function makePasskey(name: string, password: string): Promise<PasskeyView> {
  const { startRegistration } = await import('@simplewebauthn/browser')
  const { options } = await post<Options<PublicKeyCredentialCreationOptionsJSON>>('passkeys/options', { password })
  return post('passkeys', { name, response: await startRegistration({ optionsJSON: options }) })
}

/** Signs in with one that the browser finds. @throws ApiError, or what the browser says */
export async function enterWithPasskey(): Promise<Me> {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  const { options } = await call<Options<PublicKeyCredentialRequestOptionsJSON>>('session/passkey/options', {
    method: 'POST',
    body: {},
  })
  const response: AuthenticationResponseJSON = await startAuthentication({ optionsJSON: options })
  return call('session/passkey', { method: 'POST', body: { response } })
}
