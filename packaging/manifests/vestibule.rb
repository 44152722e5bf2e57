class Vestibule < Formula
  desc "AWS credentials from IAM Identity Center (SSO)"
  homepage "{repository}"
  url "{url vestibule-{version}-x86_64-unknown-linux-musl.tar.gz}"
  sha256 "{sha256 vestibule-{version}-x86_64-unknown-linux-musl.tar.gz}"
  license any_of: ["MIT", "Apache-2.0"]

  depends_on arch: :x86_64
  depends_on :linux

  def install
    bin.install "bin/vestibule", "bin/vestibule-emulator"
    man1.install Dir["share/man/man1/*"]
    bash_completion.install "share/completions/vestibule.bash" => "vestibule"
    zsh_completion.install "share/completions/_vestibule"
    fish_completion.install "share/completions/vestibule.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/vestibule --version")
  end
end
