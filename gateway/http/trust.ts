import type { FastifyReply } from 'fastify'
import type { Certificate, CertificateDecision, Certificates } from '../../drivers/driver.ts'
import { iso } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import type { Actor } from '../core/events.ts'
import type { CertificatesView, CertificateView } from './contract.ts'
import type { Deps } from './deps.ts'

/** Certificates of others that a person decides about, whoever it is that trusts them. */

export const certificateView = (
  { fingerprint, subject, issuer, validFrom, validTo }: Certificate,
  now: number,
): CertificateView => {
  const validity = now > validTo ? 'expired' : now < validFrom ? 'not-yet' : 'valid'
  return { fingerprint, subject, issuer, validFrom: iso(validFrom), validTo: iso(validTo), validity }
}
export function certificatesView(store: Certificates, now: number): CertificatesView {
  const { own, authorities, trusted, rejected } = store.list()
  return {
    own: own && certificateView(own, now),
    authorities: authorities.map(c => certificateView(c, now)),
    trusted: trusted.map(c => certificateView(c, now)),
    rejected: rejected.map(c => certificateView(c, now)),
  }
}

/** @param file `<fingerprint>.pem` or `.der`, or `own.pem`, `own.der`. @throws not-found */
export function sendCertificate(reply: FastifyReply, store: Certificates, id: string, file: string) {
  const [, name, form] = /^(own|[0-9a-f]{64})\.(pem|der)$/.exec(file) ?? fail('not-found', { what: file.slice(0, 100) })
  const { own, trusted, rejected } = store.list()
  const found = name === 'own' ? own : [...trusted, ...rejected].find(c => c.fingerprint === name)
  if (!found) return fail('not-found', { what: file })
  const der = Buffer.from(found.pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')
  return reply
    .header('content-disposition', `attachment; filename="${id}-${name}.${form}"`)
    .type(form === 'pem' ? 'application/x-pem-file' : 'application/pkix-cert')
    .send(form === 'pem' ? Buffer.from(found.pem) : der)
}

/** With a line on the trail. @throws not-found */
export function decideOn(
  deps: Pick<Deps, 'trail'>,
  store: Certificates,
  by: Actor,
  [kind, id]: readonly [kind: string, id: string],
  fingerprint: string,
  decision: CertificateDecision,
): void {
  const { trusted, rejected } = store.list()
  const found =
    [...trusted, ...rejected].find(c => c.fingerprint === fingerprint) ?? fail('not-found', { what: fingerprint })
  deps.trail.change(by, note => {
    note(kind, id, `certificate-${decision}`, { fingerprint, subject: found.subject })
    store.decide(fingerprint, decision)
  })
}
