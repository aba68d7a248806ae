// A library of Emscripten's for programs that node runs (cmake/wasm.cmake): the operating system's files behind the
// C library, byte by byte, and its environment.
//
// Emscripten has such a library, NODERAWFS, which this one amends: streams that have no position, status with
// nanoseconds and of what has no name any more, errors that node itself finds, names of any length.
// Must not know: Coracle.
addToLibrary({
  $NodeProgram__deps: ['$FS', '$SYSCALLS', '$NODEFS', '$NODERAWFS', '$ERRNO_CODES', '$ENV'],
  $NodeProgram__postset: 'NodeProgram.install();',
  $NodeProgram: {
    install() {
      Module['watchSignal'] = NodeProgram.watchSignal;
      Module['endBySignal'] = NodeProgram.endBySignal;
      NodeProgram.closeStream = NODERAWFS.close;
      Object.assign(NODERAWFS, NodeProgram.files);
      for (const [name, operation] of Object.entries(NODERAWFS)) {
        FS[name] = (...args) => NodeProgram.withErrno(() => operation(...args));
      }
      SYSCALLS.doStat = NodeProgram.writeStatus;
      // The C library takes a character of such a string for a byte.
      const bytes = (text) => Buffer.from(text).toString('latin1');
      for (const name of ['USER', 'LOGNAME', 'PATH', 'PWD', 'HOME', 'LANG', '_']) ENV[name] = undefined;
      for (const [name, value] of Object.entries(process.env)) ENV[bytes(name)] = bytes(value);
    },

    withErrno(operation) {
      try {
        return operation();
      } catch (error) {
        if (!error.code) throw error;
        // Errors with other names are those of arguments that node refuses.
        throw new FS.ErrnoError(ERRNO_CODES[error.code] ?? {{{ cDefs.EINVAL }}});
      }
    },

    /// What of a status is written where the C library wants it.
    writeStatus(status, of, to) {
      const found = status(of);
      const number = (value) => Number(BigInt.asIntN(32, value));
      {{{ makeSetValue('to', C_STRUCTS.stat.st_dev, 'number(found.dev)', 'i32') }}};
      {{{ makeSetValue('to', C_STRUCTS.stat.st_mode, 'Number(found.mode)', 'i32') }}};
      {{{ makeSetValue('to', C_STRUCTS.stat.st_nlink, 'number(found.nlink)', 'i32') }}};
      {{{ makeSetValue('to', C_STRUCTS.stat.st_uid, 'number(found.uid)', 'i32') }}};
      {{{ makeSetValue('to', C_STRUCTS.stat.st_gid, 'number(found.gid)', 'i32') }}};
      {{{ makeSetValue('to', C_STRUCTS.stat.st_rdev, 'number(found.rdev)', 'i32') }}};
      {{{ makeSetValue('to', C_STRUCTS.stat.st_size, 'found.size', 'i64') }}};
      {{{ makeSetValue('to', C_STRUCTS.stat.st_blksize, 'number(found.blksize)', 'i32') }}};
      {{{ makeSetValue('to', C_STRUCTS.stat.st_blocks, 'number(found.blocks)', 'i32') }}};
      {{{ makeSetValue('to', C_STRUCTS.stat.st_ino, 'found.ino', 'i64') }}};
      const writeTime = (at, nanoseconds) => {
        const second = 1000000000n;
        const rest = ((nanoseconds % second) + second) % second;
        {{{ makeSetValue('at', 0, '(nanoseconds - rest) / second', 'i64') }}};
        {{{ makeSetValue('at', C_STRUCTS.timespec.tv_nsec, 'Number(rest)', 'i32') }}};
      };
      writeTime(to + {{{ C_STRUCTS.stat.st_atim.tv_sec }}}, found.atimeNs);
      writeTime(to + {{{ C_STRUCTS.stat.st_mtim.tv_sec }}}, found.mtimeNs);
      writeTime(to + {{{ C_STRUCTS.stat.st_ctim.tv_sec }}}, found.ctimeNs);
      return 0;
    },

    /// Whether a descriptor's file has positions. Of the others, what node is given as the position is an error.
    isSeekable(nfd) {
      const status = fs.fstatSync(nfd);
      return status.isFile() || status.isBlockDevice() || status.isDirectory();
    },

    // Those of NODERAWFS's functions that do something else here.
    files: {
      createStandardStreams() {
        for (let fd = 0; fd < 3; ++fd) {
          const flags = fd === 0 ? {{{ cDefs.O_RDONLY }}} : {{{ cDefs.O_WRONLY }}};
          // What it was opened as, and where it stands, is the operating system's affair.
          const input = NodeProgram.input(fd);
          const terminal = NodeProgram.terminal(fd);
          FS.createStream({ nfd: fd, position: 0, path: '', flags, seekable: false, input, terminal }, fd);
        }
      },
      open(path, flags, mode) {
        const nfd = fs.openSync(path, NODEFS.flagsForNode(flags), mode);
        const directory = (flags & {{{ cDefs.O_DIRECTORY }}}) !== 0;
        const status = fs.fstatSync(nfd);
        if (directory && !status.isDirectory()) {
          fs.closeSync(nfd);
          throw new FS.ErrnoError({{{ cDefs.ENOTDIR }}});
        }
        const node = { id: status.ino, mode: status.mode, node_ops: NODERAWFS, path };
        const seekable = NodeProgram.isSeekable(nfd);
        const input = seekable ? undefined : NodeProgram.input(nfd);
        return FS.createStream({ nfd, position: 0, path, flags, node, seekable, input });
      },
      stat(path) { return fs.statSync(path, { bigint: true }); },
      lstat(path) { return fs.lstatSync(path, { bigint: true }); },
      close(stream) {
        NodeProgram.closeStream(stream);
        if (stream.shared.refcnt === 0) stream.input?.close();
      },
      llseek(stream, offset, whence) {
        if (!stream.seekable) throw new FS.ErrnoError({{{ cDefs.ESPIPE }}});
        let position = offset;
        if (whence === {{{ cDefs.SEEK_CUR }}}) position += stream.position;
        else if (whence === {{{ cDefs.SEEK_END }}}) position += fs.fstatSync(stream.nfd).size;
        if (position < 0) throw new FS.ErrnoError({{{ cDefs.EINVAL }}});
        return stream.position = position;
      },
      read(stream, buffer, offset, length, position) {
        return NodeProgram.transfer(fs.readSync, stream, buffer, offset, length, position);
      },
      write(stream, buffer, offset, length, position) {
        if (stream.seekable && (stream.flags & {{{ cDefs.O_APPEND }}}) !== 0) {
          stream.position = fs.fstatSync(stream.nfd).size;
        }
        return NodeProgram.transfer(fs.writeSync, stream, buffer, offset, length, position);
      },
    },

    /// Input that one may have to wait for: a terminal, or a pipe that has a name in /dev/fd.
    input(nfd) {
      let another;  // a descriptor for the same, reads from which don't wait; null if there can't be one
      const open = () => {
        try {
          return fs.openSync(`/dev/fd/${nfd}`, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK | fs.constants.O_NOCTTY);
        } catch {
          return null;
        }
      };
      return {
        /// What poll() has read; if that is empty, the end.
        ready: undefined,
        /// Whether there is something to read, 1 or 0; reads it, up to `count` bytes. -1 if that can't be found out.
        poll(count) {
          if (this.ready !== undefined) return 1;
          another ??= open();
          if (another === null) return -1;
          const bytes = new Uint8Array(count);
          try {
            this.ready = bytes.subarray(0, fs.readSync(another, bytes, 0, count, null));
            return 1;
          } catch (error) {
            return error.code === 'EAGAIN' ? 0 : 1;
          }
        },
        take(count) {
          const bytes = this.ready.subarray(0, count);
          this.ready = bytes.length < this.ready.length ? this.ready.subarray(count) : undefined;
          return bytes;
        },
        close() {
          if (another) fs.closeSync(another);
        },
      };
    },

    /// What the terminal at a descriptor does beyond reading and writing; its object takes nothing from node until it
    /// is used.
    terminal(nfd) {
      const tty = require('tty');
      let input;     // switches modes; node never reads by it
      let output;    // knows the size
      return {
        setRaw(raw) {
          try {
            input ??= new tty.ReadStream(nfd).unref();
            input.setRawMode(raw);
            return true;
          } catch {
            return false;
          }
        },
        size() {
          try {
            output ??= new tty.WriteStream(nfd).unref();
            output._refreshSize();  // node itself does that when a signal comes to the event loop
            const [columns, rows] = output.getWindowSize();
            return Math.min(rows, 0xffff) * 0x10000 + Math.min(columns, 0xffff);
          } catch {
            return 0;
          }
        },
      };
    },

    nameOfSignal(number) {
      const signals = require('os').constants.signals;
      return Object.keys(signals).find((known) => signals[known] === number);
    },
    endBySignal(number) {
      const name = NodeProgram.nameOfSignal(number);
      process.removeAllListeners(name);
      process.kill(process.pid, name);
    },
    /// Calls the module's function for a signal each time it comes to the event loop. False if there is no such signal.
    watchSignal(number) {
      const name = NodeProgram.nameOfSignal(number);
      if (name === undefined) return false;
      try {
        process.on(name, () => {
          _coracle_signal(number);
          Module['onSignal']?.();
        });
        return true;
      } catch {
        return false;  // one that can't be handled
      }
    },

    transfer(operation, stream, buffer, offset, length, position) {
      if (operation === fs.readSync && stream.input?.ready !== undefined && length > 0) {
        const ready = stream.input.take(length);
        buffer.set(ready, offset);
        return ready.length;
      }
      const here = position === undefined;
      const at = here ? (stream.seekable ? stream.position : null) : position;
      const bytes = new Uint8Array(buffer.buffer, offset, length);
      const count = operation(stream.nfd, bytes, 0, length, at);
      if (here) stream.position += count;
      return count;
    },
  },

  __syscall_fstat64__deps: ['$NodeProgram'],
  __syscall_fstat64: (fd, to) => {
    const stream = FS.getStream(fd);
    if (!stream) return -{{{ cDefs.EBADF }}};
    try {
      return NodeProgram.writeStatus((of) => fs.fstatSync(of, { bigint: true }), stream.nfd, to);
    } catch (error) {
      return -(ERRNO_CODES[error.code] ?? {{{ cDefs.EINVAL }}});
    }
  },
});
