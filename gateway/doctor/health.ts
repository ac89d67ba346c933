import { readFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { join } from 'node:path'
import { hostPort, isNear } from '../core/address.ts'
import { runFile } from './data.ts'

const WAIT_MS = 5000

export interface Health {
  readonly ok: boolean
  /** What was asked and what came, for people. */
  readonly said: string
}

/** Whether the gateway of this data folder answers: it is asked over the address that run.json names. */
export async function healthOf(data: string): Promise<Health> {
  const run = runFile(data)
  if (!run) return { ok: false, said: `${join(data, 'run.json')} is not there: Gatehouse does not run 门房没有运行` }
  // Plain HTTP is for this machine; beyond it, it only sends browsers on.
  const { host } = hostPort(run.http)
  const plain = run.https === null || isNear(host)
  const at = hostPort(plain ? run.http : run.https!)
  const target = { host: at.host === '0.0.0.0' ? '127.0.0.1' : at.host === '::' ? '::1' : at.host, port: at.port }
  const url = `${plain ? 'http' : 'https'}://${target.host}:${target.port}/healthz`
  return new Promise(resolve => {
    const end = (ok: boolean, what: string) => resolve({ ok, said: `${url}: ${what}` })
    const options = { ...target, path: '/healthz', timeout: WAIT_MS }
    const ask = plain
      ? httpRequest(options)
      : // It is this machine's own certificate, known by its bytes; the name it is asked by stands in it only perhaps.
        httpsRequest({ ...options, ca: ownCertificates(data), checkServerIdentity: () => undefined })
    ask.once('response', response => {
      response.resume()
      end(response.statusCode === 200, String(response.statusCode))
    })
    ask.once('timeout', () => ask.destroy(new Error(`no answer within ${WAIT_MS / 1000} s`)))
    ask.once('error', error => end(false, error.message))
    ask.end()
  })
}

function ownCertificates(data: string): string[] {
  return ['certificate.pem', 'selfmade.pem'].flatMap(name => {
    try {
      return [readFileSync(join(data, 'secrets', 'pki', '@web', name), 'utf8')]
    } catch {
      return []
    }
  })
}
