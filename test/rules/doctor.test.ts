import { describe, expect, it } from 'vitest'
import {
  backupFindings,
  certificateFinding,
  diskFindings,
  fitFinding,
  folderFinding,
  runningFinding,
  siteFinding,
} from '../../rules/doctor/data.ts'
import { exitCodeOf, type Finding, type Level, languageOf, shown } from '../../rules/doctor/finding.ts'
import {
  clockFindings,
  memoryFinding,
  nodeFinding,
  portFinding,
  reachFinding,
  serialFinding,
} from '../../rules/doctor/machine.ts'

const NOW = Date.UTC(2026, 10, 23, 4)
const DAY = 86_400_000
const GB = 1e9
const x = { 'zh-CN': '甲', en: 'X' }

const clock = (more: object) => clockFindings({ now: NOW, synchronised: true, newest: NOW - 1000, zone: null, ...more })
const disk = (more: object) =>
  diskFindings({
    ...{ freeBytes: 20 * GB, totalBytes: 60 * GB, freeInodes: 9e5, totalInodes: 1e6, write: { tookMs: 12 } },
    ...more,
  })
const folder = (more: object) =>
  folderFinding({ path: '/d', there: true, mode: 0o700, owner: 'gatehouse', user: 'gatehouse', own: true, ...more })
const port = (state: Parameters<typeof portFinding>[0]['state'], by: string | null = null) =>
  portFinding({ setting: 'GATEHOUSE_MQTT', address: '0.0.0.0:1883', state, by })
const serial = (state: Parameters<typeof serialFinding>[0]['state'], more: object = {}) =>
  serialFinding({
    ...{ channel: 'bus', path: '/dev/ttyUSB0', state, user: 'gatehouse', group: 'dialout', by: null },
    ...more,
  })
const certificate = (more: object) =>
  certificateFinding(
    {
      ...{ what: x, file: '/c.pem', valid: { from: NOW - DAY, to: NOW + 400 * DAY }, fits: true, selfMade: false },
      ...more,
    },
    NOW,
  )
const backup = (more: object) =>
  backupFindings(
    { on: true, folder: '/b', newest: { name: 'n.tar.gz', madeAt: NOW - 7_200_000 }, unreadable: [], ...more },
    NOW,
  )
const site = (more: object) => siteFinding({ there: true, errors: 0, warnings: 0, first: null, ...more })
const first = { path: 'rules[0].when', text: { 'zh-CN': '缺少此项', en: 'This is missing' } }

/** What is so; the worst of it; words that a person must find in it, in English. */
const rows: [name: string, found: Finding | Finding[], level: Level, words: RegExp][] = [
  ['our Node', nodeFinding({ version: 'v24.21.0', wanted: '24.21.0' }), 'ok', /24/],
  ["the machine's Node", nodeFinding({ version: 'v20.1.0', wanted: '24.21.0' }), 'bad', /v20.*npm run/],
  ['memory', memoryFinding({ totalMb: 4000, availableMb: 2000 }), 'ok', /4000 MB/],
  ['a small machine', memoryFinding({ totalMb: 512, availableMb: 300 }), 'warn', /little/],
  ['a full machine', memoryFinding({ totalMb: 4000, availableMb: 100 }), 'warn', /End other programs/],
  ['a clock', clock({}), 'ok', /2026-11-23T04:00.*synchronised/],
  ['never set', clock({ now: 0, newest: null }), 'bad', /1970.*never set/],
  ['set back', clock({ newest: NOW + 3_600_000 }), 'bad', /was set back/],
  ['a little ahead of its records', clock({ newest: NOW + 30_000 }), 'ok', /synchronised/],
  ['no network time', clock({ synchronised: false }), 'warn', /timedatectl set-ntp/],
  ['a container', clock({ synchronised: null }), 'warn', /host/],
  ['a zone', clock({ zone: { name: 'Asia/Shanghai', known: true } }), 'ok', /Shanghai/],
  ['no such zone', clock({ zone: { name: 'Asia/Peking', known: false } }), 'bad', /Asia\/Peking.*IANA/s],
  ['no folder yet', folder({ there: false }), 'warn', /no data folder \/d/],
  ['the folder', folder({}), 'ok', /mode 700/],
  ['open to others', folder({ mode: 0o755 }), 'bad', /mode 755.*chmod 700/s],
  ['of another user', folder({ own: false, user: 'root' }), 'bad', /belongs to gatehouse, and this is root/],
  ['it runs', runningFinding({ state: 'running', pid: 7 }), 'ok', /runs \(7\)/],
  ['it hangs', runningFinding({ state: 'silent', pid: 7 }), 'bad', /does not answer.*journalctl/s],
  ['it is stopped', runningFinding({ state: 'stopped', pid: null }), 'warn', /systemctl start/],
  ['a disk', disk({}), 'ok', /12 ms.*20000 MB/s],
  ['a slow card', disk({ write: { tookMs: 900 } }), 'warn', /900 ms.*SSD/s],
  [
    'read-only',
    disk({ write: { trouble: { 'zh-CN': '磁盘只读', en: 'the disk is read-only' } } }),
    'bad',
    /read-only.*dmesg/s,
  ],
  ['getting full', disk({ freeBytes: 1.5 * GB }), 'warn', /1500 MB/],
  ['full', disk({ freeBytes: 0.2 * GB }), 'bad', /Only 200 MB.*before-restore/s],
  ['a small disk that is half empty', disk({ freeBytes: 1.5 * GB, totalBytes: 3 * GB }), 'ok', /1500 MB free/],
  ['few inodes', disk({ freeInodes: 20_000 }), 'warn', /20000 more files/],
  ['no inodes', disk({ freeInodes: 3 }), 'bad', /df -i/],
  ['a disk without inodes', disk({ freeInodes: 0, totalInodes: 0 }), 'ok', /free/],
  ['same version', fitFinding('same'), 'ok', /fit/],
  ['nothing yet', fitFinding('new'), 'ok', /fit/],
  ['an update to come', fitFinding('older'), 'ok', /backup/],
  ['a newer one was here', fitFinding('newer'), 'bad', /newer Gatehouse.*restore/s],
  ['no site', site({ there: false }), 'warn', /no site.json/],
  ['a site', site({}), 'ok', /in order/],
  ['a broken site', site({ errors: 2, warnings: 1, first }), 'bad', /2 errors: rules\[0\].when This is missing/],
  ['one error', site({ errors: 1, first }), 'bad', /1 error:/],
  ['a doubtful site', site({ warnings: 1, first }), 'warn', /1 warning: rules/],
  ['a certificate', certificate({}), 'ok', /X: valid until 2027-12-28/],
  ['no certificate', certificate({ valid: null }), 'bad', /\/c.pem is no certificate/],
  ['of another key', certificate({ fits: false }), 'bad', /do not belong together/],
  ['no key to compare', certificate({ fits: null }), 'ok', /valid until/],
  ['not yet', certificate({ valid: { from: NOW + DAY, to: NOW + 9 * DAY } }), 'bad', /clock/],
  ['ended', certificate({ valid: { from: 0, to: NOW } }), 'bad', /ended on 2026-11-23.*no restart/s],
  ['ends soon', certificate({ valid: { from: 0, to: NOW + 29 * DAY } }), 'warn', /Ask for a new one/],
  ['a self-made one that ends soon', certificate({ valid: { from: 0, to: NOW + DAY }, selfMade: true }), 'ok', /valid/],
  [
    'a self-made one that ended',
    certificate({ valid: { from: 0, to: NOW - 1 }, selfMade: true }),
    'bad',
    /Start Gatehouse/,
  ],
  ['a backup', backup({}), 'ok', /2 h old/],
  ['none yet', backup({ on: false, newest: null }), 'warn', /no backup in \/b.*daily/s],
  ['none though one is due', backup({ newest: null }), 'bad', /no backup/],
  [
    'an old one',
    backup({ newest: { name: 'n.tar.gz', madeAt: NOW - 37 * 3_600_000 } }),
    'bad',
    /37 h old \(n.tar.gz\)/,
  ],
  ['by hand, long ago', backup({ on: false, newest: { name: 'n', madeAt: NOW - 90 * DAY } }), 'warn', /2160 h old/],
  ['a broken one beside', backup({ unreadable: ['m.tar.gz'] }), 'bad', /m.tar.gz.*dmesg/s],
  ['our port', port('ours'), 'ok', /Gatehouse listens/],
  ['a free port', port('free'), 'ok', /free/],
  [
    'mosquitto',
    port('taken', 'mosquitto, 812'),
    'bad',
    /1883 is taken by another program \(mosquitto, 812\).*GATEHOUSE_MQTT/s,
  ],
  ['somebody', port('taken'), 'bad', /another program\..*ss -ltnp/s],
  ['port 443', port('denied'), 'bad', /above 1024/],
  ['another machine', port('no-address'), 'bad', /no such address.*ip addr/s],
  ['nonsense', port('invalid'), 'bad', /not host:port/],
  ['a serial port', serial('ok'), 'ok', /ttyUSB0 can be used/],
  ['unplugged', serial('missing'), 'bad', /no \/dev\/ttyUSB0.*by-id/s],
  ['a file', serial('no-device'), 'bad', /no serial port/],
  ['no group', serial('no-right'), 'bad', /usermod -aG dialout gatehouse.*group_add/],
  ['another group', serial('no-right', { group: 'uucp' }), 'bad', /usermod -aG uucp/],
  ['two masters', serial('ok', { by: 'mbpoll, 9' }), 'warn', /open in mbpoll, 9, too/],
  ['a peer', reachFinding({ name: 'meters', address: '10.0.0.5:502', why: null }), 'ok', /10.0.0.5:502 answers/],
  [
    'an unplugged peer',
    reachFinding({ name: 'm', address: '10.0.0.5:502', why: 'EHOSTUNREACH' }),
    'warn',
    /EHOSTUNREACH.*nc -vz/s,
  ],
]

describe('what doctor says', () => {
  it.each(rows)('%s', (_, found, level, words) => {
    const all = Array.isArray(found) ? found : [found]
    expect({ 0: 'ok', 1: 'warn', 2: 'bad' }[exitCodeOf(all)]).toBe(level)
    expect(shown(all, 'en')).toMatch(new RegExp(words.source, 's'))
    for (const { what, todo, level } of all) {
      // Where something is not as it should be, it says what to do; both languages say it.
      expect([level, todo === null]).toEqual([level, level === 'ok'])
      for (const text of [what, ...(todo ? [todo] : [])]) {
        expect(text.en).not.toMatch(/[\u4e00-\u9fff]/)
        expect(text.en.length).toBeGreaterThan(3)
        expect(text['zh-CN']).not.toMatch(/undefined|null|NaN/)
      }
      if (todo && todo.en !== todo['zh-CN']) expect(todo['zh-CN']).toMatch(/[\u4e00-\u9fff]/)
    }
  })

  it('speaks the language of the terminal', () => {
    const asked: [Record<string, string>, string][] = [
      [{}, 'en'],
      [{ LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
      [{ LANG: 'en_GB.UTF-8' }, 'en'],
      [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, 'en'],
      [{ LANG: 'C', LC_MESSAGES: 'zh_CN' }, 'zh-CN'],
    ]
    for (const [env, language] of asked) expect([env, languageOf(env)]).toEqual([env, language])
    expect(shown([port('taken', 'mosquitto, 812')], 'zh-CN')).toBe(
      [
        '[故障] GATEHOUSE_MQTT 0.0.0.0:1883 已被别的程序占用（mosquitto, 812）。',
        '       → 停掉它，或给 GATEHOUSE_MQTT 换一个端口；用 sudo ss -ltnp 查是谁。',
        '0 项正常，0 项须注意，1 项故障',
      ].join('\n'),
    )
  })

  it('ends with what a script can tell apart', () => {
    expect([exitCodeOf([]), exitCodeOf([port('free')]), exitCodeOf([serial('ok', { by: 'x' })])]).toEqual([0, 0, 1])
    expect(exitCodeOf([serial('ok', { by: 'x' }), port('taken'), port('free')])).toBe(2)
  })
})
