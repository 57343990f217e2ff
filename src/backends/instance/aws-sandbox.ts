/** The user that AWS's sandboxes run functions as, `sbx_user1051`. No image knows it. @see contract 6.2 */
export const SANDBOX_USER: { readonly uid: number; readonly gid: number } = { uid: 993, gid: 990 }

/** The memory size in MB for which AWS gives a function one whole processor. @see contract 6.3 */
export const MEMORY_OF_ONE_PROCESSOR = 1_769
