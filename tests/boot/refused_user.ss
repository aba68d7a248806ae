;; user: not root
;; What is raised when the operating system refuses what only root may do.

(system "mkdir closed; : > closed/file; chmod 0 closed")

(test-error "open-file-input-port: EACCES" (open-file-input-port "closed/file")
  => "Exception in open-file-input-port: failed for closed/file: permission denied")
(test-error "open-file-output-port: EACCES" (open-file-output-port "closed/new")
  => "Exception in open-file-output-port: failed for closed/new: permission denied")
(test-error "delete-file: EACCES" (delete-file "closed/file" #t)
  => "Exception in delete-file: failed for closed/file: permission denied")
(test-error "rename-file: EACCES" (rename-file "closed/file" "new")
  => "Exception in rename-file: cannot rename \"closed/file\" to \"new\": permission denied")
(test-error "mkdir: EACCES" (mkdir "closed/new")
  => "Exception in mkdir: cannot create \"closed/new\": permission denied")
(test-error "chmod: EPERM" (chmod "/" #o755)
  => "Exception in chmod: cannot modify \"/\": operation not permitted")
(test-error "get-mode: EACCES" (get-mode "closed/file")
  => "Exception in get-mode: failed for \"closed/file\": permission denied")
(test-error "directory-list: EACCES" (directory-list "closed")
  => "Exception in directory-list: failed for closed: permission denied")

(system "chmod 700 closed") ; so that it can be removed
