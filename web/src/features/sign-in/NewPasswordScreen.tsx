import { Waiting } from '@/ui/state'

export default function NewPasswordScreen() {
  return <Waiting />
}
