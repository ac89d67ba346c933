import { useRef, useState } from 'react'
import type { OutputView } from '../../../../gateway/http/contract.ts'
import { post, queries, useMay } from '../../api.ts'
import { formatAge, formatNumber, plain } from '../../format.ts'
import { serverNow } from '../../live.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { useText } from '../../text/index.ts'

/** Whom an output by SFTP trusts, and by what it is known there: compare the fingerprint, copy the key. */
export function Sftp({ output }: { readonly output: OutputView }) {
  const { t } = useText()
  const writes = useMay('site.write')
  const link = useLinkBlock()
  const [asked, setAsked] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const { sftp } = output
  if (!sftp) return null
  const trust = async (fingerprint: string) => {
    setBusy(true)
    setError(null)
    try {
      await post(`outputs/${encodeURIComponent(output.id)}/host-key`, { fingerprint })
      await queries.invalidateQueries({ queryKey: ['outputs'] })
      setAsked(null)
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  return (
    <>
      {sftp.offered === null ? null : (
        <div className="cert col g1">
          <b>{t(sftp.hostKey === null ? 'outputs.hostOffered' : 'outputs.hostChanged')}</b>
          <div className="mono brk">{sftp.offered}</div>
          <div className="row wrap">
            <span className="dim">{t('outputs.hostCompare')}</span>
            <span className="ml">
              <Button
                small
                blocked={link ?? (writes ? null : t('site.readOnly'))}
                onClick={() => setAsked(sftp.offered)}
              >
                {t('outputs.hostTrust')}
              </Button>
            </span>
          </div>
        </div>
      )}
      {sftp.hostKey === null ? null : (
        <div className="cert col g1">
          <b>{t('outputs.hostTrusted')}</b>
          <div className="mono brk">{sftp.hostKey}</div>
        </div>
      )}
      <PublicKey publicKey={sftp.publicKey} />
      {asked === null ? null : (
        <Dialog
          title={t('outputs.hostTrustAsk', { target: plain(output.target) })}
          verb={t('outputs.hostTrust')}
          busy={busy}
          error={error}
          onDo={() => void trust(asked)}
          onClose={() => setAsked(null)}
        >
          <div>{t(sftp.hostKey === null ? 'outputs.hostTrustWhy' : 'outputs.hostChangedWhy')}</div>
          {sftp.hostKey === null ? null : (
            <div className="mono brk dim">
              {t('outputs.hostBefore')} {sftp.hostKey}
            </div>
          )}
          <div className="mono brk">{asked}</div>
        </Dialog>
      )}
    </>
  )
}

/** What waits, in words. */
export function useFilesWaiting() {
  const { t, lang } = useText()
  return ({ files, bytes, oldestAt }: NonNullable<OutputView['sftp']>): string => {
    if (files === 0 || oldestAt === null) return t('outputs.filesSent')
    const age = formatAge(Math.max(0, serverNow() - Date.parse(oldestAt)))
    const kb = formatNumber(Math.max(1, Math.round(bytes / 1024)), lang)
    return `${t('outputs.filesWaiting', { n: formatNumber(files, lang), kb })} · ${t('outputs.oldest', { age })}`
  }
}

function PublicKey({ publicKey }: { readonly publicKey: string | null }) {
  const { t } = useText()
  const [copied, setCopied] = useState<string | null>(null)
  const box = useRef<HTMLDivElement>(null)
  if (publicKey === null) return null
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(publicKey)
      setCopied(publicKey)
    } catch {
      // Plain http has no clipboard; the old command still works on what is selected.
      if (box.current) getSelection()?.selectAllChildren(box.current)
      if (document.execCommand('copy')) setCopied(publicKey)
    }
  }
  return (
    <div className="cert col g1">
      <b>{t('outputs.publicKey')}</b>
      <div ref={box} className="mono brk">
        {publicKey}
      </div>
      <div className="row wrap">
        <span className="dim">{t('outputs.publicKeyHint')}</span>
        <span className="ml">
          <Button small icon={copied === publicKey ? 'check' : 'copy'} onClick={() => void copy()}>
            {t(copied === publicKey ? 'common.copied' : 'common.copy')}
          </Button>
        </span>
      </div>
    </div>
  )
}
