import { Waiting } from '@/ui/state'

export default function FirstRunScreen() {
  return <Waiting />
}
