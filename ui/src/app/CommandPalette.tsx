import { SearchOutlined } from '@ant-design/icons'
import { Modal } from 'antd'
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { match, type Command } from './commands'
import { useCommands } from './useCommands'

/** Search and commands: type, choose with the arrows, Enter. */
export function CommandPalette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('app')
  return (
    <Modal open={open} onCancel={onClose} footer={null} closable={false} width={600} className="weir-palette" destroyOnHidden title={<span className="weir-visually-hidden">{t('palette.title')}</span>}>
      <Palette onClose={onClose} />
    </Modal>
  )
}

function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('app')
  const [typed, setTyped] = useState('')
  const [active, setActive] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const { commands, failed } = useCommands(typed)
  const shown = match(commands, typed)
  const current = Math.min(active, Math.max(shown.length - 1, 0))

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [current, typed])

  function run(command: Command | undefined) {
    if (!command) return
    onClose()
    command.run()
  }

  function onKey(event: KeyboardEvent) {
    // While an input method composes, Enter and the arrows belong to it.
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown') setActive((current + 1) % Math.max(shown.length, 1))
    else if (event.key === 'ArrowUp') setActive((current - 1 + shown.length) % Math.max(shown.length, 1))
    else if (event.key === 'Enter') run(shown[current])
    else return
    event.preventDefault()
  }

  return (
    <>
      <div className="weir-palette-input">
        <SearchOutlined aria-hidden="true" />
        <input
          role="combobox"
          aria-label={t('palette.title')}
          aria-expanded="true"
          aria-controls={`${id}list`}
          aria-autocomplete="list"
          aria-activedescendant={shown.length > 0 ? `${id}${current}` : undefined}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          placeholder={t('palette.placeholder')}
          value={typed}
          onChange={(event) => { setTyped(event.target.value); setActive(0) }}
          onKeyDown={onKey}
        />
      </div>
      <div id={`${id}list`} role="listbox" aria-label={t('palette.results')} className="weir-palette-list" ref={list}>
        {shown.map((command, index) => (
          <div key={command.id}>
            {shown[index - 1]?.group !== command.group && <div className="weir-palette-group" aria-hidden="true">{t(`palette.${command.group}`)}</div>}
            {/* The keyboard works through the combobox above, as the pattern asks. */}
            {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events */}
            <div
              id={`${id}${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === current}
              className="weir-palette-option"
              onMouseMove={() => setActive(index)}
              onClick={() => run(command)}
            >
              <span>{command.label}</span>
              {command.detail && <span className="weir-palette-detail">{command.detail}</span>}
            </div>
          </div>
        ))}
      </div>
      {shown.length === 0 && <p className="weir-palette-empty" role="status">{t('palette.empty')}</p>}
      <div className="weir-palette-foot">{failed ? t('palette.failed') : t('palette.hint')}</div>
    </>
  )
}
