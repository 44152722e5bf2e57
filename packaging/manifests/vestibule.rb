class Vestibule < Formula
  desc "AWS credentials from IAM Identity Center (SSO)"
  homepage "{repository}"
  version "{version}"
  license any_of: ["MIT", "Apache-2.0"]

  {if vestibule-{version}-aarch64-apple-darwin.tar.gz}
  on_macos do
    on_arm do
      url "{url vestibule-{version}-aarch64-apple-darwin.tar.gz}"
      sha256 "{sha256 vestibule-{version}-aarch64-apple-darwin.tar.gz}"
    end
    on_intel do
      url "{url vestibule-{version}-x86_64-apple-darwin.tar.gz}"
      sha256 "{sha256 vestibule-{version}-x86_64-apple-darwin.tar.gz}"
    end
  end

  on_linux do
    {if vestibule-{version}-aarch64-unknown-linux-musl.tar.gz}
    on_arm do
      url "{url vestibule-{version}-aarch64-unknown-linux-musl.tar.gz}"
      sha256 "{sha256 vestibule-{version}-aarch64-unknown-linux-musl.tar.gz}"
    end
    {end}
    on_intel do
      url "{url vestibule-{version}-x86_64-unknown-linux-musl.tar.gz}"
      sha256 "{sha256 vestibule-{version}-x86_64-unknown-linux-musl.tar.gz}"
    end
  end
  {end}
  {unless vestibule-{version}-aarch64-apple-darwin.tar.gz}
  depends_on :linux

  {if vestibule-{version}-aarch64-unknown-linux-musl.tar.gz}
  on_arm do
    url "{url vestibule-{version}-aarch64-unknown-linux-musl.tar.gz}"
    sha256 "{sha256 vestibule-{version}-aarch64-unknown-linux-musl.tar.gz}"
  end
  {end}
  on_intel do
    url "{url vestibule-{version}-x86_64-unknown-linux-musl.tar.gz}"
    sha256 "{sha256 vestibule-{version}-x86_64-unknown-linux-musl.tar.gz}"
  end
  {end}

  def install
    bin.install Dir["bin/*"]
    man1.install Dir["share/man/man1/*"]
    bash_completion.install "share/completions/vestibule.bash" => "vestibule"
    zsh_completion.install "share/completions/_vestibule"
    fish_completion.install "share/completions/vestibule.fish"
    (share/"nushell/vendor/autoload").install "share/completions/vestibule.nu"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/vestibule --version")
  end
end
