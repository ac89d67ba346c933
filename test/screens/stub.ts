import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { type WebSocket, WebSocketServer } from 'ws'
import type {
  AlarmView,
  LiveMessage,
  SampleView,
  SiteProblem,
  SiteView,
  WorkorderView,
} from '../../gateway/http/contract.ts'
import { stateOf } from '../../rules/alarm.ts'
import type { Role } from '../../rules/flow.ts'
import { move, roles } from '../../rules/flow.ts'
import { signInRules } from '../../rules/signin/lifetime.ts'
import type { StartPage } from '../../rules/start.ts'
import { workorder as flow, needsReason, type OrderAction } from '../../rules/workorder.ts'
import { byteOrderOf, peekedOf, profileViews, pumpRegisters } from './stub-commission.ts'
import { historyOf, historyStats, marksOf } from './stub-history.ts'
import { found } from './stub-search.ts'
import { makeWorld } from './stub-site.ts'

/** The API of the gateway in memory, with the real page, for looking at the screens without a building. */
const dist = join(import.meta.dirname, '../../dashboard/dist')
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
const CSP =
  "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'none'; img-src 'self' data:; connect-src 'self'"
export const PASSWORD = 'correct-horse'

type Storage = Extract<LiveMessage, { kind: 'storage' }>
export type Stub = Awaited<ReturnType<typeof startStub>>

export async function startStub(port = 0) {
  const world = { ...makeWorld(Date.now()), historyStats }
  const sessions = new Map<string, string>()
  const sockets = new Set<WebSocket>()
  const tokens: {
    id: string
    name: string
    user: string
    createdAt: string
    expiresAt: string | null
    revoked: boolean
    usedAt: string | null
  }[] = []
  const accounts: { name: string; publish: string[]; subscribe: string[]; createdAt: string; revoked: boolean }[] = []
  const state = {
    start: null as StartPage | null,
    silent: false,
    refuseLive: false,
    degraded: false,
    nothingRuns: false,
    seq: 1,
    waitS: 0,
    bar: 4.0683,
  }
  const asked: string[] = []
  let storage: Storage = { kind: 'storage', since: null, history: null, waiting: [] }
  let siteText = `${JSON.stringify({ site: { id: 'demo-plaza' }, spaces: [], channels: [], equipment: [], rules: [] }, null, 2)}\n`
  const iso = () => new Date().toISOString()
  const zh = (request: IncomingMessage) => request.headers['accept-language'] === 'zh-CN'

  const send = (message: LiveMessage, to: Iterable<WebSocket> = sockets) => {
    if (state.silent) return
    for (const socket of to) socket.send(JSON.stringify(message))
  }
  const told = (points: Iterable<string>): LiveMessage => ({
    kind: 'samples',
    items: [...points].map(point => ({
      ...(world.samples.get(point) as SampleView),
      point: point as `${string}/${string}`,
    })),
  })
  /** @param now else with the next beat, together with all others */
  const put = (point: string, sample: Pick<SampleView, 'value' | 'quality' | 'reason'>, now = true) => {
    world.samples.set(point, { ...sample, at: iso(), seen: iso() })
    if (now) send(told([point]))
  }
  const putAlarm = (alarm: AlarmView) => {
    world.alarms.set(alarm.id, alarm)
    send({ kind: 'alarm', seq: ++state.seq, alarm })
  }
  const putOrder = (workorder: WorkorderView) => {
    world.orders.set(workorder.id, workorder)
    send({ kind: 'workorder', seq: ++state.seq, workorder })
  }
  const beat = setInterval(() => {
    if (state.silent) return
    for (const [point, sample] of world.samples) {
      if (point.startsWith('em-b1-02') || sample.reason === 'stale') continue
      world.samples.set(point, { ...sample, at: iso(), seen: iso() })
    }
    send({ kind: 'beat', now: iso() })
    send(told(world.samples.keys()))
  }, 1000)

  const problems: SiteProblem[] = [
    {
      path: 'equipment[3].channel',
      line: 4,
      level: 'error',
      code: 'unknown-channel',
      text: {
        'zh-CN': '没有名为 "meterz" 的通道。有：meters、bus-1、bms。',
        en: 'There is no channel "meterz". There are: meters, bus-1, bms.',
      },
    },
    {
      path: 'rules[0].when.above',
      line: null,
      level: 'warning',
      code: 'not-a-number',
      text: { 'zh-CN': '“above” 须是数字。', en: '"above" must be a number.' },
    },
  ]
  const problemsOf = (text: string): SiteProblem[] => {
    try {
      JSON.parse(text)
      return text.includes('meterz') ? problems : []
    } catch {
      return [
        {
          path: '',
          line: 1,
          level: 'error',
          code: 'not-json',
          text: { 'zh-CN': '不是 JSON。', en: 'This is not JSON.' },
        },
      ]
    }
  }
  const site = (): SiteView => ({
    status: state.degraded ? 'degraded' : 'ok',
    running: state.nothingRuns ? null : { equipment: 9, points: 52, rules: 6, channels: 4, since: iso() },
    file: '/data/site.json',
    hash: createHash('sha256').update(siteText).digest('hex'),
    text: siteText,
    problems: state.degraded ? problems : [],
  })

  const ownSession = (user: string) => ({
    ...{ id: 's1', user, how: 'password', device: 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0', own: true },
    ...{ address: '127.0.0.1', createdAt: iso(), seenAt: iso() },
  })
  class Refused extends Error {
    readonly status: number
    readonly code: string
    readonly more: object
    constructor(status: number, code: string, zhText: string, enText: string, more: object = {}) {
      super(`${zhText}||${enText}`)
      this.status = status
      this.code = code
      this.more = more
    }
  }

  type Body = Record<string, unknown>
  const api = (
    method: string,
    path: string,
    query: URLSearchParams,
    body: Body,
    session: string | undefined,
    answer: ServerResponse,
  ): unknown => {
    const [word = '', id = '', action = ''] = path.split('/').map(decodeURIComponent)
    const name = session === undefined ? undefined : sessions.get(session)
    const user = world.users.find(one => one.name === name)
    const all = query.get('all') === 'true'
    if (word === 'about')
      return {
        name: 'Gatehouse',
        version: '0.1.0',
        site: state.nothingRuns ? null : { 'zh-CN': '示范广场', en: 'Demo Plaza' },
        points: state.nothingRuns ? 0 : 4812,
        degraded: state.degraded,
        certificate: null,
      }
    if (word === 'session' && method === 'POST') {
      if (state.waitS > 0) {
        answer.setHeader('Retry-After', String(state.waitS))
        throw new Refused(429, 'too-many-attempts', '尝试次数过多。', 'Too many attempts.')
      }
      const found = world.users.find(one => one.name === body.name)
      if (!found || body.password !== PASSWORD)
        throw new Refused(401, 'sign-in-failed', '用户名或密码不对。', 'The user name or the password is wrong.')
      const key = String(Math.random())
      sessions.set(key, found.name)
      answer.setHeader('Set-Cookie', `s=${key}; Path=/; HttpOnly; SameSite=Strict`)
      return me(found)
    }
    if (!user) throw new Refused(401, 'not-signed-in', '请先登录。', 'Sign in first.')
    if (word === 'session' && method === 'DELETE') return void sessions.delete(session ?? '')
    if (word === 'session' && id === 'start') {
      state.start = body.page as StartPage | null
      return me(user)
    }
    if (word === 'session') return me(user)
    if (word === 'factor') return { since: null, recoveryLeft: 0, demanded: false }
    if (word === 'passkeys') return { items: [], next: null, unavailable: null }
    if (word === 'sessions') return { items: [ownSession(user.name)], next: null }
    if (word === 'sign-in-rules')
      return { items: roles.filter(r => r !== 'display').map(role => ({ role, ...signInRules[role] })), next: null }
    if (word === 'search') return { items: found(world, query.get('q') ?? '') }
    if (word === 'plans' || word === 'spaces') return { items: [], next: null }
    if (action === 'documents' || word === 'alarm-proofs' || word === 'provable-alarms')
      return { items: [], next: null }
    if (word === 'equipment') return { items: world.equipment, next: null }
    if (word === 'points')
      return {
        items: [...world.samples].map(([point, sample]) => ({ id: point, kind: 'number', unit: null, sample })),
        next: null,
      }
    if (word === 'channels' && action === 'peek')
      return peekedOf(Number(body.address), Number(body.count), pumpRegisters(state.bar))
    if (word === 'byte-order')
      return byteOrderOf(body.words as number[], String(body.shown), body.factor as number | undefined)
    if (word === 'history' && id === 'stats') return world.historyStats
    if (word === 'history' && id === 'demo') {
      world.historyStats = { ...world.historyStats, demo: 'forgotten' }
      return { blocks: 1 }
    }
    if (word === 'history' && id === 'marks') return marksOf(query)
    if (word === 'history') return historyOf(query, world.historyStats.demo === 'made')
    if (['commands', 'detections', 'runs'].includes(word)) return { items: [], next: null }
    if (word === 'doors') return { items: [], levels: [], gates: [], areas: [] }
    if (word === 'crews') return { items: [] }
    if (word === 'linkage') return { zones: [], actions: [] }
    if (word === 'reports' || word === 'maintenance') return { items: [], next: null }
    if (word === 'profiles') return { items: profileViews(), next: null }
    if (word === 'channels') return { items: world.channels, next: null }
    if (word === 'broker')
      return {
        listeners: [{ kind: 'plain', state: 'up', address: 'mqtt://127.0.0.1:1883', why: null }],
        ...{ clients: 2, sessions: 1, queued: 0, queuedBytes: 0, dropped: 0, stored: true },
      }
    if (word === 'opcua-server') return { state: 'off', endpoint: null, why: null, sessions: 0, unshownAlarms: 0 }
    if (word === 'alarms' && action === 'acknowledge') {
      const alarm = world.alarms.get(id)
      if (!alarm) throw new Refused(404, 'no-such-alarm', '没有这条报警。', 'There is no such alarm.')
      const next = { ...alarm, acked: true, ackedBy: user.name, ackedAt: iso() }
      putAlarm({ ...next, state: stateOf(next) })
      return world.alarms.get(id)
    }
    if (word === 'alarms')
      return { items: [...world.alarms.values()].filter(one => all || one.state !== 'NORM'), next: null }
    if (word === 'workorders' && id !== '') return orderCall(id, action, body, user.name, user.role)
    if (word === 'workorders')
      return {
        items: [...world.orders.values()].filter(one => all || !['closed', 'cancelled'].includes(one.phase)),
        next: null,
      }
    if (word === 'site' && id === 'check') return { problems: problemsOf(String(body.text)) }
    if (word === 'site' && method === 'PUT') {
      if (body.hash !== site().hash) throw new Refused(409, 'site-changed', '文件已被改过。', 'The file was changed.')
      const found = problemsOf(String(body.text))
      if (found.length > 0)
        throw new Refused(422, 'site-invalid', '配置有问题。', 'The configuration has problems.', { problems: found })
      siteText = String(body.text)
      state.degraded = false
      state.nothingRuns = false
      send({ kind: 'site' })
      return site()
    }
    if (word === 'site') return site()
    if (word === 'users' && action !== '') {
      const other = world.users.find(one => one.name === id)
      if (!other) throw new Refused(404, 'no-such-user', '没有这个人。', 'There is no such person.')
      if (action === 'password' && id === user.name && body.current !== PASSWORD)
        throw new Refused(403, 'wrong-password', '现在的密码不对。', 'The present password is wrong.')
      if (action === 'role') other.role = body.role as Role
      if (action === 'disable' || action === 'enable') other.disabled = action === 'disable'
      return other
    }
    if (word === 'users' && method === 'POST') {
      const made = {
        name: String(body.name),
        role: roles.find(one => one === body.role) ?? 'viewer',
        disabled: false,
        createdAt: iso(),
        ...{ factor: false, passkeys: 0 },
      }
      world.users.push(made)
      return made
    }
    if (word === 'users') return { items: world.users, next: null }
    if (word === 'tokens' && action === 'revoke')
      return Object.assign(tokens.find(one => one.id === id) ?? {}, { revoked: true })
    if (word === 'tokens' && method === 'POST') {
      const made = {
        id: `t${tokens.length}`,
        name: String(body.name),
        user: user.name,
        createdAt: iso(),
        expiresAt: (body.expiresAt as string) ?? null,
        revoked: false,
        usedAt: null,
      }
      tokens.push(made)
      return { ...made, token: 'gh_0123456789abcdefghijklmnopqrstuvwxyz' }
    }
    if (word === 'tokens') return { items: tokens, next: null }
    if (word === 'broker-accounts' && action === 'revoke')
      return Object.assign(accounts.find(one => one.name === id) ?? {}, { revoked: true })
    if (word === 'broker-accounts' && method === 'POST') {
      const made = {
        name: String(body.name),
        publish: body.publish as string[],
        subscribe: body.subscribe as string[],
        createdAt: iso(),
        revoked: false,
      }
      accounts.push(made)
      return { ...made, password: body.password === undefined ? 'made-by-the-gateway' : null }
    }
    if (word === 'broker-accounts') return { items: accounts, next: null }
    if (path === 'alarm-sound') return { silence: null }
    if (path === 'control-room')
      return { least: null, on: [], askedAt: null, answerBy: null, missed: false, shownAt: null, shownBy: null }
    if (path === 'contacts') return { items: world.contacts, next: null }
    if (word === 'tags') return { items: [], next: null }
    // Nothing of the equipment stands in a ledger.
    if (word === 'registers' && id === 'equipment') return { items: [], next: null }
    if (path.endsWith('/report-up')) return { levels: [] }
    if (/(notices|notice-groups|after-reports)$/.test(path)) return { items: [], next: null }
    throw new Refused(404, 'not-found', '没有这个地址。', 'There is no such address.')
  }
  const me = (user: { name: string; role: Role }) => ({
    name: user.name,
    role: user.role,
    start: state.start,
    site: {
      id: 'demo-plaza',
      name: { 'zh-CN': '示范广场', en: 'Demo Plaza' },
      timezone: 'Asia/Shanghai',
      patrols: false,
      runRecords: false,
      urgent: ['water', 'power', 'gas', 'lift', 'fire'],
    },
  })
  const orderCall = (id: string, action: string, body: Body, actor: string, role: Role): unknown => {
    const order = world.orders.get(id)
    if (!order) throw new Refused(404, 'no-such-order', '没有这张工单。', 'There is no such order.')
    if (action === '') return order
    const trail = world.trails.get(id) ?? []
    if (action === 'trail') return { items: trail, next: null }
    const next = move(flow, order.phase, action as OrderAction, role)
    if ('refused' in next || (body.from !== undefined && body.from !== order.phase))
      throw new Refused(409, 'order-moved', '工单刚被别人改过。', 'Somebody was faster with this order.')
    if (needsReason(action as OrderAction, order, actor) && !body.reason)
      throw new Refused(422, 'reason-needed', '须写明原因。', 'A reason is needed.')
    trail.push({
      seq: trail.length + 1,
      time: iso(),
      actor,
      role,
      kind: 'workorder',
      id,
      action,
      data: body.reason ? { reason: body.reason } : {},
    })
    putOrder({
      ...order,
      phase: next.to,
      assignee: action === 'accept' ? actor : order.assignee,
      arrivedAt: action === 'arrive' ? iso() : order.arrivedAt,
      fixedAt: action === 'fix' ? iso() : action === 'reopen' ? null : order.fixedAt,
      fixedBy: action === 'fix' ? actor : action === 'reopen' ? null : order.fixedBy,
    })
    return world.orders.get(id)
  }

  const server = createServer((request, answer) => {
    const url = new URL(request.url ?? '/', 'http://stub')
    let raw = ''
    request.on('data', chunk => {
      raw += chunk
    })
    request.on('end', () => {
      if (!url.pathname.startsWith('/api/')) return serveFile(url.pathname, answer)
      asked.push(`${request.method} ${url.pathname}`)
      const json = (status: number, body: unknown) => {
        answer.writeHead(status, { 'Content-Type': 'application/json' })
        answer.end(body === undefined ? undefined : JSON.stringify(body))
      }
      try {
        const session = /s=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
        const body = raw === '' ? {} : JSON.parse(raw)
        const result = api(
          request.method ?? 'GET',
          url.pathname.slice('/api/v1/'.length),
          url.searchParams,
          body,
          session,
          answer,
        )
        json(result === undefined ? 204 : 200, result)
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        const [one, other] = error.message.split('||')
        const detail = zh(request) ? one : other
        json(error.status, {
          type: 'about:blank',
          code: error.code,
          title: detail,
          detail,
          status: error.status,
          ...error.more,
        })
      }
    })
  })
  const serveFile = (path: string, answer: ServerResponse) => {
    const wanted = normalize(path).replace(/^[/.]+/, '')
    const file = wanted !== '' && existsSync(join(dist, wanted)) ? wanted : 'index.html'
    answer.writeHead(200, {
      'Content-Type': `${types[extname(file)] ?? 'text/plain'}; charset=utf-8`,
      'Content-Security-Policy': CSP,
    })
    createReadStream(join(dist, file)).pipe(answer)
  }

  const live = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if (state.refuseLive) return void socket.destroy()
    live.handleUpgrade(request, socket, head, opened => {
      sockets.add(opened)
      opened.on('close', () => sockets.delete(opened))
      send({ kind: 'hello', seq: state.seq, epoch: 'e1', now: iso(), resync: false }, [opened])
      send(told(world.samples.keys()), [opened])
      send(storage, [opened])
    })
  })
  await new Promise<void>(done => server.listen(port, '127.0.0.1', done))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    asked,
    state,
    put,
    putAlarm,
    putOrder,
    /** The stream says nothing more, with its sockets open: what a cable pulled out looks like. */
    silence: (silent: boolean) => {
      state.silent = silent
    },
    closeSockets: () => {
      for (const socket of sockets) socket.terminate()
    },
    tellSite: () => send({ kind: 'site' }),
    /** The file on disk as somebody has changed it, with or without what is wrong with it. */
    editSite: (text: string, degraded = false) => {
      siteText = text
      state.degraded = degraded
      send({ kind: 'site' })
    },
    putStorage: (since: string | null, waiting: Storage['waiting'] = [], history: string | null = null) => {
      storage = { kind: 'storage', since, history, waiting }
      send(storage)
    },
    close: async () => {
      clearInterval(beat)
      for (const socket of sockets) socket.terminate()
      server.closeAllConnections()
      await new Promise(done => server.close(done))
    },
  }
}

if (process.argv[1] === import.meta.filename) {
  const { url } = await startStub(Number(process.env.PORT ?? 8080))
  console.log(`${url}  admin / ${PASSWORD}`)
}
