import Glibc

/// The names of the error numbers that drivers return.
enum ErrorNumber {
    private static let names: [(number: Int32, name: String)] = [
        (EPERM, "EPERM"), (ENOENT, "ENOENT"), (EINTR, "EINTR"), (EIO, "EIO"), (ENXIO, "ENXIO"),
        (E2BIG, "E2BIG"), (EBADF, "EBADF"), (EAGAIN, "EAGAIN"), (ENOMEM, "ENOMEM"), (EACCES, "EACCES"),
        (EFAULT, "EFAULT"), (EBUSY, "EBUSY"), (EEXIST, "EEXIST"), (ENODEV, "ENODEV"), (EINVAL, "EINVAL"),
        (ENFILE, "ENFILE"), (ENOTTY, "ENOTTY"), (EFBIG, "EFBIG"), (ENOSPC, "ENOSPC"), (EPIPE, "EPIPE"),
        (EDOM, "EDOM"), (ERANGE, "ERANGE"), (EDEADLK, "EDEADLK"), (ENOSYS, "ENOSYS"), (ENODATA, "ENODATA"),
        (ETIME, "ETIME"), (EPROTO, "EPROTO"), (EBADMSG, "EBADMSG"), (EOVERFLOW, "EOVERFLOW"),
        (EILSEQ, "EILSEQ"), (EOPNOTSUPP, "EOPNOTSUPP"), (ENOBUFS, "ENOBUFS"), (ETIMEDOUT, "ETIMEDOUT"),
        (EALREADY, "EALREADY"), (EINPROGRESS, "EINPROGRESS"), (EREMOTEIO, "EREMOTEIO"),
        (ECANCELED, "ECANCELED"),
    ]

    /// `ENOMEM` for -12; digits for what is no error number of theirs.
    static func name(of code: Int64) -> String {
        names.first { Int64($0.number) == -code }?.name ?? "\(code)"
    }

    /// 12 for `ENOMEM`; nil for a name that is not among them.
    static func number(named name: String) -> Int32? { names.first { $0.name == name }?.number }
}
