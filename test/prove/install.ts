import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cloneInto, node24, root } from '../support/fresh.ts'
import { HERE, type Machine, missing, startMachine } from './machine.ts'
import { NotRun, type Proven } from './proof.ts'

const NEXT = '0.99.0'
/** A drop-in as an administrator writes it. */
const dropIn = (machine: Machine, text: string) =>
  machine.inside(
    'mkdir -p /etc/systemd/system/gatehouse.service.d && cat >/etc/systemd/system/gatehouse.service.d/proof.conf && systemctl daemon-reload',
    text,
  )

/** Two packages: this version, and one after it that changes the records. */
function packages(out: string): { now: string; next: string; same: boolean; said: string } {
  const pack = (folder: string, ...more: string[]) => {
    const done = spawnSync(node24, ['setup/package.mjs', '--fast', '--out', out, ...more], {
      cwd: folder,
      encoding: 'utf8',
    })
    if (done.status !== 0) throw new Error(`no package: ${done.stdout}${done.stderr}`)
    return done.stdout.trim().split('\n')
  }
  const put = (folder: string) =>
    execFileSync(node24, ['-e', "import('./setup/program.mjs').then(m => m.default())"], { cwd: folder })
  put(root)
  const first = pack(root)
  const second = pack(root)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const later = join(out, 'later')
  cloneInto(later)
  symlinkSync(join(root, 'node_modules'), join(later, 'node_modules'))
  cpSync(join(root, 'dashboard/dist'), join(later, 'dashboard/dist'), { recursive: true })
  const db = join(later, 'gateway/records/db.ts')
  const text = readFileSync(db, 'utf8')
  const end = text.lastIndexOf('\n]')
  writeFileSync(db, `${text.slice(0, end)}\n  'CREATE TABLE proof_of_update (id TEXT)',${text.slice(end)}`)
  put(later)
  pack(later, '--version', NEXT)
  const name = (v: string) => `gatehouse_${v}_${process.arch === 'x64' ? 'amd64' : process.arch}.deb`
  const sum = (lines: readonly string[]) => lines.find(line => line.startsWith('SHA-256'))
  return { now: name(version), next: name(NEXT), same: sum(first) === sum(second), said: first.slice(-2).join(', ') }
}

/**
 * A fresh Debian with systemd: the package is installed, reached over HTTPS from another network, updated with a backup before
 * the records change, taken back, restored on a second data folder, removed. `npm run prove -- install`, as root.
 */
export async function proveInstall(): Promise<Proven> {
  const lacks = missing()
  if (lacks.length > 0)
    throw new NotRun(
      `missing here: ${lacks.join(', ')} (Debian: apt-get install debootstrap systemd-container iproute2)`,
    )
  const rows: { step: string; holds: boolean; found: string }[] = []
  const row = (step: string, holds: boolean, found: string) => {
    rows.push({ step, holds, found })
    console.log(`${holds ? 'ok ' : 'BAD'} ${step}: ${found.replaceAll('\n', ' | ').slice(0, 400)}`)
  }
  const out = mkdtempSync(join(tmpdir(), 'gatehouse-prove-install-'))
  let machine: Machine | undefined
  try {
    const built = packages(out)
    row('the same sources make the same package', built.same, built.said)
    machine = await startMachine()
    for (const name of [built.now, built.next]) copyFileSync(join(out, name), join(machine.root, 'root', name))
    await steps(machine, built, row)
  } catch (error) {
    row('to the end', false, String((error as Error).stack))
  } finally {
    await machine?.end()
    rmSync(out, { recursive: true, force: true })
  }
  const bad = rows.filter(r => !r.holds).length
  return { holds: bad === 0, figure: `${rows.length} steps, ${bad} do not hold` }
}

async function steps(
  m: Machine,
  { now, next }: { now: string; next: string },
  row: (step: string, holds: boolean, found: string) => void,
): Promise<void> {
  const state = () => m.inside('systemctl is-active gatehouse').out
  const pid = () => m.inside('systemctl show -p MainPID --value gatehouse').out
  const journal = () => m.inside('journalctl -u gatehouse --no-pager -o cat').out
  const data = '/var/lib/gatehouse'

  /** As docs/installing.md says; nothing is fetched, what it needs is in every Debian. */
  const apt = (words: string) =>
    m.inside(`DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends ${words} 2>&1`)
  const installed = apt(`install /root/${now}`)
  row('apt install ./gatehouse_….deb', installed.code === 0, installed.out.split('\n').at(-1) ?? '')
  await m.until('it is active', () => state() === 'active').catch(() => {})
  row(
    'systemd heard that it is ready (Type=notify)',
    state() === 'active',
    m.inside('systemctl status gatehouse --no-pager -n 0').out,
  )
  const rights = m.inside(
    `grep -E '^(Uid|NoNewPrivs|Seccomp|CapEff|CapBnd):' /proc/${pid()}/status; ps -o user= -p ${pid()}`,
  ).out
  row(
    'its own user, no capability, no new rights, filtered system calls',
    /CapEff:\s+0+\n/.test(rights) &&
      /NoNewPrivs:\s+1/.test(rights) &&
      /Seccomp:\s+2/.test(rights) &&
      /gatehou/.test(rights),
    rights,
  )
  const refused = m.inside(
    `nsenter -t ${pid()} -m sh -c 'touch /usr/x /etc/x /home/x 2>&1; test -e /usr/x && echo WROTE'`,
  ).out
  row('the system is read-only to it', /Read-only/.test(refused) && !refused.includes('WROTE'), refused)

  const code = /setup code 设置码 {2}(\S+)/.exec(journal())?.[1] ?? ''
  const password = 'chosen by the first person'
  const pem = join(m.root, 'root/desk.pem')
  const jar = join(m.root, 'root/jar')
  const trust = () => writeFileSync(pem, m.read(`${(readData() ?? data).slice(1)}/secrets/pki/@web/selfmade.pem`))
  const readData = () =>
    /GATEHOUSE_DATA=(\S+)/.exec(m.inside('cat /etc/systemd/system/gatehouse.service.d/proof.conf 2>/dev/null').out)?.[1]
  const curl = (path: string, ...more: string[]) =>
    m.desk('curl', '-sS', '-m', '20', '--cacert', pem, '-b', jar, '-c', jar, ...more, `https://${HERE}:8443${path}`)
  const json = (body: object) => ['-H', 'content-type: application/json', '-d', JSON.stringify(body)]
  const signIn = () => curl('/api/v1/session', ...json({ name: 'admin', password }))
  const tokens = () => curl('/api/v1/tokens').out

  trust()
  const health = curl('/healthz')
  row(
    'HTTPS from another network namespace, by the certificate whose fingerprint is in the journal',
    health.out.includes('"ok"'),
    health.out,
  )
  row(
    'nothing else listens beyond the machine',
    m.desk('curl', '-sS', '-m', '3', `http://${HERE}:8080/healthz`).code !== 0,
    'port 8080 is closed',
  )
  const both = { 'zh-CN': '试验楼', en: 'Proof house' }
  const first = { code, site: { name: both, timezone: 'Asia/Shanghai' }, name: 'admin', password }
  const me = curl('/api/v1/first-run', ...json(first))
  row(
    'the setup code of the journal makes the first person, and the site with both names and its time zone',
    ['"admin"', '试验楼', 'Proof house', '"timezone":"Asia/Shanghai"'].every(word => me.out.includes(word)),
    me.out,
  )
  const made = curl('/api/v1/tokens', ...json({ name: 'before-the-update' }))
  row('a record is made', made.out.includes('before-the-update'), made.out.slice(0, 60))
  const word = m.inside('gatehouse health && gatehouse version')
  row('gatehouse health, gatehouse version', word.code === 0, word.out)
  const doctor = m.inside('gatehouse doctor')
  row('gatehouse doctor finds nothing bad', doctor.code < 2 && doctor.out.includes('Gatehouse runs'), doctor.out)
  const told = m.inside(
    'cd /root && gatehouse diagnostics && tar -tzf gatehouse-diagnostics-*.tar.gz | wc -l && tar -xOzf gatehouse-diagnostics-*.tar.gz --wildcards "*/log.txt"',
  )
  row(
    'gatehouse diagnostics: a file with the end of the log and without the setup code',
    told.code === 0 && told.out.includes('Gatehouse 0') && !told.out.includes(code),
    told.out,
  )
  const saved = join(m.root, 'root/button.tar.gz')
  const button = curl('/api/v1/diagnostics', '-X', 'POST', '-o', saved, '-w', '%{http_code}')
  const files = m.inside('tar -tzf /root/button.tar.gz').out.split('\n')
  row(
    'the same by the button of the settings, with the rights of the service',
    button.out.endsWith('200') && files.length === 8 && !m.inside('tar -xOzf /root/button.tar.gz').out.includes(code),
    `${button.out} ${files.map(file => file.split('/')[1]).join(' ')}`,
  )
  const two = m.inside(
    `setpriv --reuid gatehouse --regid gatehouse --init-groups env GATEHOUSE_DATA=${data} GATEHOUSE_HTTP=127.0.0.1:0 GATEHOUSE_MQTT=127.0.0.1:0 /usr/lib/gatehouse/node_modules/.bin/node /usr/lib/gatehouse/gateway/start.mjs`,
  )
  row('a second one on its folder is refused', two.code === 1 && two.out.includes('Another Gatehouse runs'), two.out)

  dropIn(m, '[Service]\nWatchdogSec=6s\n')
  m.inside('systemctl restart gatehouse')
  const before = pid()
  m.inside(`kill -STOP ${before}`)
  await m.until('another process', () => pid() !== before && pid() !== '0' && state() === 'active').catch(() => {})
  row(
    'one that stands still is started anew by the watchdog',
    pid() !== before && state() === 'active',
    m.inside('systemctl show -p NRestarts gatehouse').out,
  )
  m.inside('rm -r /etc/systemd/system/gatehouse.service.d; systemctl daemon-reload; systemctl restart gatehouse')

  const updated = apt(`install /root/${next}`)
  await m.until('it is active', () => state() === 'active').catch(() => {})
  const backups = () => m.inside(`ls ${data}/backups | grep update`).out
  row(
    'updated: it runs',
    updated.code === 0 && state() === 'active' && m.inside('gatehouse version').out === NEXT,
    m.inside('gatehouse version').out,
  )
  row(
    'a backup was made before',
    backups().includes('-update.tar.gz') && journal().includes('making a backup first'),
    backups(),
  )
  row(
    'everybody is still signed in, what was there is there',
    tokens().includes('before-the-update'),
    tokens().slice(0, 80),
  )
  curl('/api/v1/tokens', ...json({ name: 'after-the-update' }))

  apt(`install --allow-downgrades /root/${now}`)
  await m.until('it says why', () => journal().includes('written by a newer Gatehouse'), 30_000).catch(() => {})
  m.inside('systemctl stop gatehouse')
  const why =
    journal()
      .split('\n')
      .filter(line => line.includes('newer Gatehouse'))
      .at(-1) ?? ''
  row('the version before does not touch the newer data, and says what to do', why.includes('Nothing was changed'), why)
  const file = /npm run restore -- (\S+)/.exec(why)?.[1] ?? ''
  const back = m.inside(`gatehouse restore ${file} --data ${data} --without-secrets`)
  row('gatehouse restore, as it said', back.code === 0, back.out)
  m.inside('systemctl reset-failed gatehouse; systemctl start gatehouse')
  signIn()
  row(
    'taken back: it runs with what was there before the update',
    state() === 'active' && tokens().includes('before-the-update') && !tokens().includes('after-the-update'),
    tokens().slice(0, 80),
  )

  const copy = m.inside('gatehouse backup /var/backups/gatehouse/proof.tar.gz')
  row('gatehouse backup, while it runs', copy.code === 0, copy.out)
  const second = '/var/lib/gatehouse-second'
  const elsewhere = m.inside(
    `install -d -m 700 -o gatehouse -g gatehouse ${second} && gatehouse restore /var/backups/gatehouse/proof.tar.gz --data ${second}`,
  )
  dropIn(m, `[Service]\nStateDirectory=gatehouse-second\nEnvironment=GATEHOUSE_DATA=${second}\n`)
  const began = m.inside('systemctl restart gatehouse')
  trust()
  signIn()
  row(
    'restored on a second data folder: it runs with the same records',
    elsewhere.code === 0 && began.code === 0 && tokens().includes('before-the-update'),
    `${elsewhere.out.split('\n')[0]} ${tokens().slice(0, 60)}`,
  )
  m.inside('rm -r /etc/systemd/system/gatehouse.service.d; systemctl daemon-reload; systemctl restart gatehouse')

  const removed = m.inside(
    'DEBIAN_FRONTEND=noninteractive apt-get -y remove gatehouse; systemctl is-active gatehouse; ls /var/lib/gatehouse/records.db',
  )
  row(
    'removed: it has stopped, the data is there',
    /inactive/.test(removed.out) && removed.out.includes('records.db'),
    removed.out,
  )
  const purged = m.inside(
    'DEBIAN_FRONTEND=noninteractive apt-get -y purge gatehouse 2>&1; ls /var/lib/gatehouse/records.db; ls /etc/gatehouse /usr/lib/gatehouse 2>&1',
  )
  row(
    'purged without an answer: the data is there, the rest is gone',
    purged.out.includes('/records.db') && (purged.out.match(/No such file/g) ?? []).length === 2,
    purged.out,
  )
  const asked = m.inside(
    `DEBIAN_FRONTEND=noninteractive dpkg -i /root/${now} >/dev/null && systemctl is-active gatehouse && echo "gatehouse gatehouse/remove-data boolean true" | debconf-set-selections && DEBIAN_FRONTEND=noninteractive dpkg -P gatehouse 2>&1; ls /var/lib/gatehouse 2>&1; id gatehouse 2>&1`,
  )
  row(
    'purged with a yes: the data and the user are gone',
    asked.out.includes('active') && /No such file/.test(asked.out) && /no such user/.test(asked.out),
    asked.out,
  )
}
